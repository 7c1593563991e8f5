"""The on-device engine: errors, delays, inventions, memory; beside the bare engine called directly in the same run.

    python benchmarks/engine.py [FOLDER] [--all]

FOLDER holds recordings (`en*.wav` with their text in `.txt`, `noise*`, `music*`, `silence*`), `../shared/speech` unless
given. Delays are measured with sound fed at the speed of speech, on a few recordings, or on every one with `--all`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desktop.core.audio import SPEECH, AudioChunk  # noqa: E402 - the path comes first
from desktop.core.captions import CaptionEvent, Notice  # noqa: E402 - as above
from desktop.core.provider import StreamConfig  # noqa: E402 - as above
from desktop.providers.on_device import PROVIDER  # noqa: E402 - as above

CHUNK = 0.1
TAIL = 1.2
"""Seconds of silence after each recording, so that lines end by themselves."""
PACED = ("en-US_harvard_s1_1", "en-US_harvard_s1_2", "en-US_platforms", "en-US_goforward", "en_sense_0890", "en-US_jfk")


@dataclass
class Heard:
    """What came of one recording."""

    texts: list[str] = field(default_factory=list)
    first: float | None = None
    """Seconds on the recording's clock at which the first words were there."""
    ends: list[tuple[float, float]] = field(default_factory=list)
    """For each final: where its line ends, and when it was there."""
    notices: int = 0
    sends: list[float] = field(default_factory=list)


def read(path: Path) -> bytes:
    import numpy as np
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(samples.mean(axis=1), rate, 16_000)
    return bytes((np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes()) + bytes(int(TAIL * 32_000))


def recordings(folder: Path, *kinds: str) -> list[str]:
    return sorted(path.stem for kind in kinds for path in folder.glob(f"{kind}*.wav"))


def normalised(text: str) -> str:
    """Lower case, no punctuation, hyphens as spaces; digits are left as they are (the clips hold none)."""
    return " ".join(re.sub(r"[^\w\s]", "", text.lower().replace("-", " ").replace("/", " ")).split())


def voiced_frames(pcm: bytes) -> list[float]:
    """Times of the 20 ms frames within 28 dB of the 95th percentile of the recording's level."""
    import numpy as np

    samples = np.frombuffer(pcm, "<i2").astype(float)
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-9)
    speech = level[: -int(TAIL / 0.02)]
    return [float(at * 0.02) for at in np.flatnonzero(level > np.percentile(speech, 95) - 28)]


async def with_provider(pcm: bytes, paced: bool) -> Heard:
    heard = Heard()
    async with PROVIDER.connect(StreamConfig("en-US")) as stream, asyncio.TaskGroup() as tasks:
        start = time.perf_counter()

        async def feed() -> None:
            size = int(CHUNK * 32_000)
            for number, at in enumerate(range(0, len(pcm), size)):
                if paced:
                    await asyncio.sleep(max(0.0, start + (number + 1) * CHUNK - time.perf_counter()))
                before = time.perf_counter()
                await stream.send(AudioChunk(pcm[at : at + size], SPEECH, at / 32_000))
                heard.sends.append(time.perf_counter() - before)
            await stream.finish()

        tasks.create_task(feed())
        async for event in stream:
            now = time.perf_counter() - start
            if isinstance(event, Notice):
                heard.notices += 1
            if isinstance(event, CaptionEvent) and event.text:
                heard.first = now if heard.first is None else heard.first
                if event.is_final:
                    heard.texts.append(event.text)
                    heard.ends.append((event.end, now))
    return heard


def with_engine(transcriber: Any, pcm: bytes, paced: bool) -> Heard:
    """The package's own streaming class, as its manual shows it."""
    from moonshine_voice import TranscriptEventListener

    heard, start = Heard(), time.perf_counter()

    class Listener(TranscriptEventListener):  # type: ignore[misc]  # the package ships no types
        def on_line_text_changed(self, event: Any) -> None:
            if heard.first is None and event.line.text:
                heard.first = time.perf_counter() - start

        def on_line_completed(self, event: Any) -> None:
            if event.line.text:
                heard.ends.append((event.line.start_time + event.line.duration, time.perf_counter() - start))

    import numpy as np

    samples = (np.frombuffer(pcm, "<i2") / 32768).tolist()
    stream = transcriber.create_stream(0.5)
    stream.add_listener(Listener())
    stream.start()
    size = int(CHUNK * 16_000)
    for number, at in enumerate(range(0, len(samples), size)):
        if paced:
            time.sleep(max(0.0, start + (number + 1) * CHUNK - time.perf_counter()))
        stream.add_audio(samples[at : at + size], 16_000)
    heard.texts = [line.text for line in stream.stop().lines if line.text]  # some lines end without being told
    stream.close()
    return heard


def delays(results: Iterable[tuple[bytes, Heard]]) -> tuple[list[float], list[float]]:
    """Onset to first words, and end of each line's speech to its final."""
    firsts, finals = [], []
    for pcm, heard in results:
        frames = voiced_frames(pcm)
        if heard.first is not None:
            firsts.append(heard.first - frames[0])
        for end, there in heard.ends:
            finals.append(there - max((at + 0.02 for at in frames if at < end), default=end))
    return firsts, finals


def p50_p90(values: list[float]) -> str:
    if len(values) < 2:
        return "-"
    return f"{statistics.median(values):.2f} / {statistics.quantiles(values, n=10, method='inclusive')[8]:.2f} s"


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def errors(folder: Path, names: list[str], hear: Callable[[str], Heard]) -> tuple[float, float]:
    """Word error rate in per cent, and seconds of work per second of sound."""
    import jiwer

    start, seconds, said, truth = time.perf_counter(), 0.0, [], []
    for name in names:
        said.append(normalised(" ".join(hear(name).texts)) or "-")
        truth.append(normalised((folder / f"{name}.txt").read_text(encoding="utf-8")))
        seconds += len(read(folder / f"{name}.wav")) / 32_000
    return 100 * jiwer.wer(truth, said), (time.perf_counter() - start) / seconds


async def memory(pcm: bytes) -> str:
    """Of the child, after two lanes have worked at once."""
    import psutil

    async with PROVIDER.warm():
        (child,) = psutil.Process().children()
        start = time.perf_counter()
        await asyncio.gather(with_provider(pcm, paced=False), with_provider(pcm, paced=False))
        speed = (time.perf_counter() - start) / (len(pcm) / 32_000)
        full = child.memory_full_info()
        pss = getattr(full, "pss", 0)
        return f"RSS {full.rss / 1e6:.0f} MB, PSS {pss / 1e6:.0f} MB; both lanes at {speed:.2f} s per second of each"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "speech")
    parser.add_argument("--all", action="store_true", help="measure delays on every English recording")
    options = parser.parse_args()
    folder: Path = options.folder
    from moonshine_voice import ModelArch, Transcriber, get_model_path

    bare = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY)
    english = [name for name in recordings(folder, "en") if "synth" not in name]
    other = recordings(folder, "noise", "music", "silence")
    foreign = recordings(folder, "fr", "es")
    sounds = {name: read(folder / f"{name}.wav") for name in [*english, *other, *foreign]}

    row("figure", "through the provider", "engine called directly")
    row("---", "---", "---")
    async with PROVIDER.warm():
        ours = {name: await with_provider(sounds[name], paced=False) for name in english}
        wer, _ = errors(folder, english, ours.__getitem__)
        bare_wer, bare_speed = errors(folder, english, lambda name: with_engine(bare, sounds[name], paced=False))
        row(f"word errors, {len(english)} recordings", f"{wer:.1f} %", f"{bare_wer:.1f} %")
        start = time.perf_counter()
        for name in english:
            await with_provider(sounds[name], paced=False)
        speed = (time.perf_counter() - start) / sum(len(sounds[name]) / 32_000 for name in english)
        row("seconds of work per second, flat out", f"{speed:.2f}", f"{bare_speed:.2f}")
        noise = [await with_provider(sounds[name], paced=False) for name in other]
        bare_noise = [with_engine(bare, sounds[name], paced=False) for name in other]
        words = [sum(len(text.split()) for heard in all_ for text in heard.texts) for all_ in (noise, bare_noise)]
        row("words invented on noise, music, silence", *words)
        told = {name: (await with_provider(sounds[name], paced=False)).notices for name in foreign}
        row("other languages noticed", f"{sum(map(bool, told.values()))} of {len(told)}", "-")
        row("English taken for another language", f"{sum(heard.notices > 0 for heard in ours.values())}", "-")
        chosen = english if options.all else [name for name in PACED if name in english]
        paced = [(sounds[name], await with_provider(sounds[name], paced=True)) for name in chosen]
        bare_paced = [(sounds[name], with_engine(bare, sounds[name], paced=True)) for name in chosen]
        (first, final), (bare_first, bare_final) = delays(paced), delays(bare_paced)
        row(f"onset to first words, p50 / p90, n={len(first)}", p50_p90(first), p50_p90(bare_first))
        row(f"end of speech to final, p50 / p90, n={len(final)}", p50_p90(final), p50_p90(bare_final))
        sends = sorted(seconds * 1000 for _, heard in paced for seconds in heard.sends)
        row("chunk to pipe, p50 / p99", f"{sends[len(sends) // 2]:.2f} / {sends[int(len(sends) * 0.99)]:.2f} ms", "-")
    longest = max(english, key=lambda name: len(sounds[name]))
    row("engine's process after two lanes", await memory(sounds[longest]), "-")


if __name__ == "__main__":
    asyncio.run(main())
