// Tells whoever started us where we listen: one line of JSON, and nothing else on standard output.
export function ready(port) {
  process.stdout.write(`${JSON.stringify({ port })}\n`);
}
