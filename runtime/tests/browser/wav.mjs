// Owns sound files to play: WAV, 48 kHz, 16 bits, two channels.

const RATE = 48_000;

/** A tone of half the loudness there is. */
export function tone(hertz, seconds) {
  const samples = RATE * seconds;
  const file = Buffer.alloc(44 + samples * 4);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 4, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 4, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 4, 40);
  for (let at = 0; at < samples; at += 1) {
    const sample = Math.round(Math.sin((at * hertz * 2 * Math.PI) / RATE) * 16_384);
    file.writeInt16LE(sample, 44 + at * 4);
    file.writeInt16LE(sample, 46 + at * 4);
  }
  return file;
}
