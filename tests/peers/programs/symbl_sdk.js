// @symblai/symbl-js streams a file of raw sound; prints one JSON object for each thing it is told.
// Arguments: base address, token, file. The package is found through NODE_PATH.
const fs = require("node:fs");
const { sdk } = require("@symblai/symbl-js");

const [basePath, accessToken, file] = process.argv.slice(2);
const tell = (event, value) => process.stdout.write(JSON.stringify({ event, value }) + "\n");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

(async () => {
  await sdk.init({ accessToken, basePath, tlsAuth: true });
  const connection = await sdk.createStream({
    id: "js-sdk-of-tests-0001",
    insightTypes: ["question", "action_item"],
    customVocabulary: ["Overtitle"],
    trackers: [{ name: "Price", vocabulary: ["cost"] }],
    noConnectionTimeout: 30,
    config: {
      meetingTitle: "Peer",
      confidenceThreshold: 0.7,
      timezoneOffset: 480,
      languageCode: "en-US",
      encoding: "LINEAR16",
      sampleRateHertz: 16000,
    },
    speaker: { userId: "peer@example.com", name: "Peer" },
    handlers: {
      onSpeechDetected: (data) =>
        tell("speech", { text: data.punctuated.transcript, final: data.isFinal, user: data.user }),
      onMessageResponse: (messages) => messages.forEach((each) => tell("message", each.payload.content)),
      onInsightResponse: (insights) => insights.forEach((each) => tell("insight", each.payload.content)),
      onTopicResponse: (topics) => topics.forEach((each) => tell("topic", each.phrases)),
      onTrackerResponse: (body) => body.trackers.forEach((each) => tell("tracker", each.name)),
    },
  });
  await connection.start();
  tell("started", true);
  const sound = fs.readFileSync(file);
  for (let at = 0; at < sound.length; at += 4096) {
    connection.sendAudio(sound.subarray(at, at + 4096));
    await pause(5);
  }
  await pause(300);
  await connection.stop();
  tell("stopped", true);
  await connection.close();
  process.exit(0);
})().catch((error) => {
  tell("failed", String(error && (error.message || JSON.stringify(error))));
  process.exit(1);
});
