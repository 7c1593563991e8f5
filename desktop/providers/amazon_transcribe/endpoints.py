"""Where Amazon Transcribe listens: partitions, FIPS, dual-stack, and addresses of one's own.

Source: botocore 1.44.5, `endpoints.json` and `partitions.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.core.errors import OptionInvalid
from desktop.core.message import say

PATH = "/stream-transcription-websocket"
PORT = 8443
DEFAULT_REGION = "us-east-1"
ENVIRONMENT = "AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING"


@dataclass(frozen=True, slots=True)
class Partition:
    """A separate part of AWS with names of its own."""

    prefixes: tuple[str, ...]
    """Of its regions."""
    suffix: str
    dual_stack: str


PARTITIONS = (
    Partition(("cn-",), "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    Partition(("us-gov-",), "amazonaws.com", "api.aws"),
    Partition(("eusc-",), "amazonaws.eu", "api.amazonwebservices.eu"),
    Partition(("us-iso-",), "c2s.ic.gov", "api.aws.ic.gov"),
    Partition(("us-isof-",), "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    Partition(("",), "amazonaws.com", "api.aws"),
)
_REGIONS = """
us-east-1 us-east-2 us-west-2 ca-central-1 mx-central-1 sa-east-1
eu-central-1 eu-central-2 eu-west-1 eu-west-2 af-south-1 ap-northeast-1
ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-5 ap-southeast-7
cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 eusc-de-east-1 us-iso-east-1
us-isof-east-1 us-isof-south-1
"""
REGIONS: tuple[str, ...] = tuple(_REGIONS.split())
"""Where streaming is offered as far as known; any other name is tried all the same."""
FIPS_REGIONS = ("ca-central-1", "us-east-1", "us-east-2", "us-west-2", "us-gov-east-1", "us-gov-west-1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address without its query."""

    url: str
    region: str
    custom: bool = False
    """Given by the user, so nothing can be said about its host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    region: str
    address: str = ""
    """`wss://host:port`, `https://host:port` or `host:port`; empty for the region's own."""
    fips: bool = False
    dual_stack: bool = False


def find(wanted: Wanted) -> Endpoint:
    """The endpoint; raises `OptionInvalid`."""
    if not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d{1,2}", wanted.region):
        raise OptionInvalid(
            say("Amazon", "{region} is no name of an AWS region.", region=wanted.region),
            say("Amazon", "Choose a region such as us-east-1 or eu-west-1."),
        )
    if wanted.address:
        return _custom(wanted)
    if wanted.fips and wanted.region not in FIPS_REGIONS:
        raise OptionInvalid(
            say("Amazon", "Amazon Transcribe has no FIPS endpoint in {region}.", region=wanted.region),
            say("Amazon", "Choose one of {regions}, or set fips=no.", regions=", ".join(FIPS_REGIONS)),
        )
    partition = next(one for one in PARTITIONS if wanted.region.startswith(one.prefixes))
    name = "transcribestreaming-fips" if wanted.fips else "transcribestreaming"
    suffix = partition.dual_stack if wanted.dual_stack else partition.suffix
    return Endpoint(f"wss://{name}.{wanted.region}.{suffix}:{PORT}{PATH}", wanted.region)


def _custom(wanted: Wanted) -> Endpoint:
    if wanted.fips or wanted.dual_stack:
        raise OptionInvalid(
            say("Amazon", "An endpoint of your own can't be combined with fips or dual-stack."),
            say("Amazon", "Give the address that you want, and set fips=no and dual-stack=no."),
        )
    address = wanted.address if "://" in wanted.address else f"wss://{wanted.address}"
    scheme, _, rest = address.partition("://")
    scheme = {"https": "wss", "http": "ws"}.get(scheme.lower(), scheme.lower())
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _no_address() from None
    usable = re.fullmatch(r"(/[A-Za-z0-9_~-]+)*/?", parts.path) and not (
        parts.query or parts.fragment or parts.username
    )
    if scheme not in ("ws", "wss") or not host or not usable:
        raise _no_address()
    if port is None and host.endswith(tuple(f".{one.suffix}" for one in PARTITIONS)):
        port = PORT
    netloc = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/")
    path = path if path.endswith(PATH) else path + PATH
    return Endpoint(f"{scheme}://{netloc}{f':{port}' if port else ''}{path}", wanted.region, custom=True)


def _no_address() -> OptionInvalid:
    return OptionInvalid(
        say("Amazon", "The endpoint is no address."), say("Amazon", "Give an address such as wss://host:8443.")
    )


def address_from(environment: Mapping[str, str]) -> str:
    """The endpoint that the AWS environment variables name; empty for none."""
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return ""
    return environment.get(ENVIRONMENT, "")


def region_from(environment: Mapping[str, str]) -> str:
    """The region that the AWS environment variables name; empty for none."""
    return environment.get("AWS_REGION", "") or environment.get("AWS_DEFAULT_REGION", "")
