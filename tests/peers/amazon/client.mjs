// AWS's JavaScript SDK with the handlers of its browser build: presigned WebSocket, unsigned events.
// The request comes as JSON in the first argument, the sound as PCM on standard input; each result is a line of JSON.
import WebSocket from "ws";
import { StartStreamTranscriptionCommand, TranscribeStreamingClient } from "@aws-sdk/client-transcribe-streaming";
import { eventStreamPayloadHandler } from "@aws-sdk/middleware-sdk-transcribe-streaming";
import { WebSocketFetchHandler } from "@aws-sdk/middleware-websocket";

// Node 20 has no WebSocket of its own. As in a browser, a refusal is no exception here: the SDK just waits.
globalThis.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.on("unexpected-response", (request, response) => {
      console.log(JSON.stringify({ status: response.statusCode }));
      request.destroy();
    });
  }
};
const { endpoint, region, credentials, parameters, finals } = JSON.parse(process.argv[2]);
const parts = [];
for await (const part of process.stdin) parts.push(part);
const pcm = Buffer.concat(parts);

let enough;
const answered = new Promise((resolve) => (enough = resolve));
async function* sound() {
  for (let at = 0; at < pcm.length; at += 3200) {
    yield { AudioEvent: { AudioChunk: pcm.subarray(at, at + 3200) } };
  }
  await answered; // after its empty message this SDK closes at once and hears nothing more
}

const client = new TranscribeStreamingClient({
  endpoint,
  region,
  credentials,
  maxAttempts: 1,
  eventStreamPayloadHandlerProvider: () => eventStreamPayloadHandler,
  requestHandler: new WebSocketFetchHandler({ connectionTimeout: 3000 }),
});
try {
  const answer = await client.send(new StartStreamTranscriptionCommand({ ...parameters, AudioStream: sound() }));
  let heard = 0;
  for await (const event of answer.TranscriptResultStream) {
    for (const result of event.TranscriptEvent?.Transcript?.Results ?? []) {
      console.log(JSON.stringify({ text: result.Alternatives[0].Transcript, partial: result.IsPartial }));
      heard += result.IsPartial ? 0 : 1;
      if (heard === finals) enough();
    }
  }
} catch (error) {
  console.log(JSON.stringify({ error: error.name ?? "none", status: error.$metadata?.httpStatusCode ?? 0 }));
}
process.exit(0);
