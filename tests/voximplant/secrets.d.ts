// In Voximplant's documentation (docs.voximplant.ai/platform/voxengine/secrets), and not in its declarations 28.0.0.
declare namespace VoxEngine {
  function getSecretValue(name: string): string | undefined;
}
