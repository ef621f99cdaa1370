// A newcomer opens the address that `./interline up` prints.
import assert from 'node:assert/strict'
import { journey, keep } from './stage.ts'

await journey(async (page) => {
  const answer = await page.goto('/')
  assert.equal(answer?.status(), 200)

  const heading = page.getByRole('heading', { level: 1 })
  await heading.waitFor()

  assert.notEqual((await heading.innerText()).trim(), '')
  await keep(page, 'opens')
})
