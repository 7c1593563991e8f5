"""Hosts of every partition, and addresses of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import botocore
import pytest

from desktop.core.errors import OptionInvalid
from desktop.providers.amazon_transcribe.endpoints import (
    FIPS_REGIONS,
    PATH,
    REGIONS,
    Wanted,
    address_from,
    find,
    region_from,
)


@pytest.mark.parametrize(
    ("wanted", "host"),
    [
        (Wanted("us-west-2"), "transcribestreaming.us-west-2.amazonaws.com"),
        (Wanted("cn-north-1"), "transcribestreaming.cn-north-1.amazonaws.com.cn"),
        (Wanted("us-gov-west-1"), "transcribestreaming.us-gov-west-1.amazonaws.com"),
        (Wanted("eusc-de-east-1"), "transcribestreaming.eusc-de-east-1.amazonaws.eu"),
        (Wanted("us-iso-east-1"), "transcribestreaming.us-iso-east-1.c2s.ic.gov"),
        (Wanted("us-isof-south-1"), "transcribestreaming.us-isof-south-1.csp.hci.ic.gov"),
        (Wanted("ca-central-1", fips=True), "transcribestreaming-fips.ca-central-1.amazonaws.com"),
        (Wanted("eu-west-1", dual_stack=True), "transcribestreaming.eu-west-1.api.aws"),
        (Wanted("cn-north-1", dual_stack=True), "transcribestreaming.cn-north-1.api.amazonwebservices.com.cn"),
        (Wanted("us-east-1", fips=True, dual_stack=True), "transcribestreaming-fips.us-east-1.api.aws"),
    ],
)
def test_hosts(wanted: Wanted, host: str) -> None:
    assert find(wanted).url == f"wss://{host}:8443{PATH}"


def test_the_hosts_are_those_of_botocore() -> None:
    table = json.loads((Path(botocore.__file__).parent / "data" / "endpoints.json").read_text(encoding="utf-8"))
    known = set()
    for partition in table["partitions"]:
        for region in partition["services"].get("transcribestreaming", {}).get("endpoints", {}):
            if not region.startswith(("transcribestreaming-fips", "fips")) and not region.endswith("-fips"):
                known.add(region)
                assert find(Wanted(region)).url == (
                    f"wss://transcribestreaming.{region}.{partition['dnsSuffix']}:8443{PATH}"
                )
    assert known
    assert known <= set(REGIONS)
    assert set(FIPS_REGIONS) <= set(REGIONS)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("wss://a.example:9000", f"wss://a.example:9000{PATH}"),
        ("https://a.example", f"wss://a.example{PATH}"),
        ("http://127.0.0.1:80/", f"ws://127.0.0.1:80{PATH}"),
        ("a.example:1234", f"wss://a.example:1234{PATH}"),
        ("ws://[::1]:9000", f"ws://[::1]:9000{PATH}"),
        ("https://a.example/behind/a-path", f"wss://a.example/behind/a-path{PATH}"),
        (f"wss://a.example:8443{PATH}", f"wss://a.example:8443{PATH}"),
        ("vpce-1.transcribestreaming.us-east-1.vpce.amazonaws.com",
         f"wss://vpce-1.transcribestreaming.us-east-1.vpce.amazonaws.com:8443{PATH}"),
    ],
)  # fmt: skip
def test_addresses_of_ones_own(address: str, url: str) -> None:
    endpoint = find(Wanted("us-east-1", address))
    assert (endpoint.url, endpoint.custom) == (url, True)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("Europe"),
        Wanted("us-east-1/../x-1"),
        Wanted("eu-west-1", fips=True),
        Wanted("us-east-1", "wss://a.example", fips=True),
        Wanted("us-east-1", "wss://a.example", dual_stack=True),
        Wanted("us-east-1", "ftp://a.example"),
        Wanted("us-east-1", "wss://user@a.example"),
        Wanted("us-east-1", "wss://a.example?x=1"),
        Wanted("us-east-1", "wss://a.example/../b"),
        Wanted("us-east-1", "wss://a.example:port"),
        Wanted("us-east-1", "wss://"),
    ],
)
def test_what_is_no_endpoint(wanted: Wanted) -> None:
    with pytest.raises(OptionInvalid):
        find(wanted)


def test_the_environment() -> None:
    name = "AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING"
    assert address_from({name: "https://a:1"}) == "https://a:1"
    assert address_from({name: "https://a:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}) == ""
    assert region_from({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}) == "eu-west-1"
    assert region_from({"AWS_DEFAULT_REGION": "eu-west-2"}) == "eu-west-2"
