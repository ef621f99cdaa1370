// Writes each file of the build a second and a third time, compressed as well as can be: once here, not per request.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const out = resolve(process.env.PORTAL_OUT ?? join(import.meta.dirname, '..', 'dist'))
const TEXT = /\.(js|css|html|json|svg|webmanifest)$/

for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((each) =>
  TEXT.test(each),
)) {
  // The page has places the server fills, so it is compressed there.
  if (name === 'index.html') continue
  const content = readFileSync(join(out, name))
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }))
  writeFileSync(
    join(out, `${name}.br`),
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  )
}
