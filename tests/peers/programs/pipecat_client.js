// Pipecat's own JavaScript client under Node: sends 20 frames of sound and prints every transcript as a line of JSON.
//
//     node pipecat_client.js URL TOKEN     (in a folder whose node_modules has the packages that the test names)
//
// Prints READY once the client is connected, and ends when its standard input is closed.

"use strict";

const path = require("path");
const load = require("module").createRequire(path.join(process.cwd(), "here.js"));
const Ws = load("ws");

// What the client expects of a browser.
class BlobSocket extends Ws {
  set onmessage(handler) {
    super.onmessage = (event) =>
      handler({ data: typeof event.data === "string" ? event.data : new Blob([event.data]) });
  }
  get onmessage() {
    return super.onmessage;
  }
  addEventListener(name, handler, options) {
    const wrapped =
      name === "message"
        ? (event) => handler({ data: typeof event.data === "string" ? event.data : new Blob([event.data]) })
        : handler;
    super.addEventListener(name, wrapped, options);
  }
}
globalThis.WebSocket = BlobSocket;
globalThis.window = globalThis;
globalThis.document = { addEventListener() {}, removeEventListener() {}, createElement: () => ({}) };
if (!globalThis.navigator) globalThis.navigator = { userAgent: "node" };
globalThis.addEventListener = globalThis.addEventListener || (() => {});

const { PipecatClient } = load("@pipecat-ai/client-js");
const { WebSocketTransport } = load("@pipecat-ai/websocket-transport");

let speak = () => {};
const media = {
  setUserAudioCallback: (callback) => (speak = callback),
  setClientOptions() {},
  initialize: async () => {},
  connect: async () => {},
  disconnect: async () => {},
  bufferBotAudio() {},
  tracks: () => ({ local: {} }),
  enableMic() {},
  isMicEnabled: true,
};

async function main(url, token) {
  const client = new PipecatClient({
    transport: new WebSocketTransport({ mediaManager: media, recorderSampleRate: 16000, playerSampleRate: 24000 }),
    enableMic: true,
    enableCam: false,
    callbacks: {
      onBotReady: (data) => console.log(JSON.stringify({ ready: data.version })),
      onUserTranscript: (data) => console.log(JSON.stringify({ text: data.text, final: data.final })),
    },
  });
  await client.connect({ wsUrl: url, ws_url: url, token });
  console.log("READY");
  for (let frame = 0; frame < 20; frame++) {
    speak(new Int16Array(512).fill(frame + 1).buffer);
    await new Promise((resolve) => setTimeout(resolve, 32));
  }
  process.stdin.resume();
  process.stdin.on("end", async () => {
    await client.disconnect();
    process.exit(0);
  });
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
