"""Amazon Transcribe streaming: captions from the AWS account of the person who uses it."""

from __future__ import annotations

from desktop.providers.amazon_transcribe.provider import AmazonTranscribe

PROVIDER = AmazonTranscribe()
"""Amazon Transcribe as a provider. Neither botocore nor websockets is imported until a stream is opened."""
