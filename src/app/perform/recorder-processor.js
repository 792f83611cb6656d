/* global registerProcessor, AudioWorkletProcessor, currentFrame -- of the audio thread */
/** Hands on what the microphone gives, in the audio thread; recorder.ts receives it. */
registerProcessor(
  'recorder',
  class extends AudioWorkletProcessor {
    process([input]) {
      const samples = input[0];
      if (samples) this.port.postMessage({ frame: currentFrame, samples: samples.slice() });
      return true;
    }
  },
);
