// A contractor and a partner find one another: from the first mail to a demo, its outcome and what both thought of it.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { journey, keep, signIn, signInAsNew, URL_OF_PRODUCT, visit, watch } from './stage.ts'

const PARTNER = 'Victoria Harbour Cruises'
const STAMP = Date.now().toString(36)
const COMPANY = `Carla Travel ${STAMP}`

/** Somebody else, in a browser of their own. */
async function another(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    baseURL: URL_OF_PRODUCT,
    locale: 'en',
    timezoneId: 'Asia/Hong_Kong',
  })
  return context.newPage()
}

/** The partner takes introductions, unless it does already. */
async function takeIntroductions(page: Page) {
  await visit(page, '/introductions/profile')
  await page.getByLabel('Subdomain').waitFor()
  await page.getByLabel('Inbox for introductions').fill('owner@victoria.example')
  await page.getByLabel('Open introductions at once').fill('500')
  if ((await page.getByLabel('Subdomain').inputValue()) === '') {
    await page.getByLabel('Subdomain').fill(`victoria-${STAMP}`)
    await page.getByLabel('Time zone').selectOption('Asia/Hong_Kong')
    await page.getByRole('checkbox', { name: 'Travel agency' }).check({ force: true })
    await page.getByRole('checkbox', { name: 'Boat trips' }).check({ force: true })
  }
  await page.getByRole('checkbox', { name: 'English' }).check({ force: true })
  await page.getByRole('button', { name: /^(Save|Take introductions)$/ }).click()
  await page.getByText('Saved').first().waitFor()
  const accepting = page.getByRole('switch', { name: 'Take introductions' })
  await accepting.waitFor()
  if ((await accepting.getAttribute('aria-checked')) === 'false') await accepting.click()
  await page.getByText('You take introductions', { exact: true }).waitFor()
}

/** The contractor says what it looks for, chooses the partner by its score, and sends the draft. */
async function introduce(page: Page) {
  await visit(page, '/introductions')
  await page.getByRole('main').getByRole('link', { name: 'Find partners' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Find partners' }).waitFor()
  await page.getByLabel('Name', { exact: true }).fill(COMPANY)
  await page.getByLabel('Industry').selectOption('TRAVEL_AGENCY')
  await page.getByLabel('Where it is').selectOption('IT')
  await page.getByLabel('Time zone').selectOption('Europe/Rome')
  await page.getByRole('checkbox', { name: 'Boat trips' }).check({ force: true })
  await page.getByRole('button', { name: 'Show matches' }).click()

  const match = page.getByRole('article').filter({ has: page.getByRole('heading', { name: PARTNER }) })
  await match.waitFor()
  assert.match(await match.innerText(), /Speaks your language\s+10 of 10/)
  await keep(page, 'introduction-matches')
  await match.getByRole('button', { name: 'Choose' }).click()

  await page.getByRole('heading', { name: 'Ready to be sent' }).waitFor()
  await page.getByRole('heading', { name: 'What the partner is told' }).waitFor()
  await page.getByRole('button', { name: 'Send the introduction' }).click()
  await page.getByText(`Waiting for ${PARTNER}`).waitFor()
}

/** The partner finds it on its board, by the keyboard alone, and proposes two of the times that suit both. */
async function propose(page: Page) {
  await visit(page, '/introductions')
  await page.getByRole('searchbox', { name: 'Name' }).fill(STAMP)
  const card = page.getByRole('link', { name: COMPANY })
  await card.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Propose times' }).click()
  const suggested = page.getByRole('group', { name: 'Times that suit both' }).getByRole('checkbox')
  await suggested.nth(1).waitFor()
  await suggested.nth(0).check()
  await suggested.nth(1).check()
  await page.getByLabel('A word to the other side').fill('Looking forward to meeting you.')
  await page.getByRole('button', { name: 'Propose 2 times' }).click()
  await page.getByText(`Waiting for ${COMPANY}`).waitFor()
}

/** The contractor sees them come, on the clocks of both, and takes one. */
async function pick(page: Page) {
  const open = page.getByRole('list', { name: 'Times that wait for an answer' }).getByRole('listitem')
  await open.nth(1).waitFor()
  assert.match(await open.first().innerText(), /Rome[\s\S]*Hong Kong/)
  await page.getByText('Looking forward to meeting you.').waitFor()
  await keep(page, 'introduction-times')
  await open.first().getByRole('button', { name: 'Take this time' }).click()
  await page.getByRole('heading', { name: 'The demo has its time' }).waitFor()
  const calendar = page.getByRole('button', { name: 'Calendar file' })
  const [download] = await Promise.all([page.waitForEvent('download'), calendar.click()])
  const file = await readFile(await download.path(), 'utf8')
  assert.match(file, /^BEGIN:VCALENDAR/)
  await keep(page, 'introduction-confirmed')
}

/** The clock is real, and the demo days away: staff writes down that it was held earlier. */
async function hold(page: Page, id: string) {
  await visit(page, `/admin/desk?introduction=${id}`)
  await page.getByRole('button', { name: 'Put it right' }).first().click()
  await page.getByLabel('Where it belongs').selectOption('HELD')
  await page.getByLabel('Reason').fill('They met earlier than planned.')
  await page.getByRole('dialog').getByRole('button', { name: 'Put it right' }).click()
  await page.getByText('It is where it belongs').waitFor()
  await keep(page, 'introduction-desk')
}

async function rate(page: Page, isContractor: boolean) {
  await page.getByRole('button', { name: 'Give feedback' }).click()
  const scale = (name: string, value: string) =>
    page.getByRole('group', { name }).getByRole('radio', { name: value, exact: true }).check({ force: true })
  await scale('How satisfied are you', '5')
  await scale('How was the way', '4')
  if (isContractor) await scale('How good is the partner', '5')
  await scale('How likely are you', '9')
  await page.getByLabel('Anything else?').fill('A good talk.')
  await page.getByRole('button', { name: 'Send feedback' }).click()
  await page.getByText('Thank you for your feedback').waitFor()
}

await journey(async (contractor, browser) => {
  const partner = await another(browser)
  const staff = await another(browser)
  const troubles = [...watch(partner), ...watch(staff)]
  await signIn(partner, 'owner@victoria.example')
  await takeIntroductions(partner)

  await signInAsNew(contractor, 'Carla Contractor', `carla-${STAMP}@contractor.example`)
  await introduce(contractor)
  await propose(partner)
  await pick(contractor)
  // Nobody reloaded anything: the partner sees what the contractor did.
  await partner.getByRole('heading', { name: 'The demo has its time' }).waitFor()

  await signIn(staff, 'manager@interline.example')
  const [, id = ''] = contractor.url().match(/introductions\/(int_\w+)/) ?? []
  await hold(staff, id)
  await contractor.getByRole('heading', { name: 'How did it go?' }).waitFor()
  await partner.getByRole('heading', { name: 'How did it go?' }).waitFor()

  await partner.getByRole('button', { name: 'Say how the demo went' }).click()
  await partner.getByRole('combobox', { name: 'What came of it' }).selectOption('DEAL_CLOSED')
  await partner.getByRole('button', { name: 'Save' }).click()
  await contractor.getByText('Deal closed').waitFor()
  await rate(contractor, true)
  await rate(partner, false)
  await keep(partner, 'introduction-done')
  assert.deepEqual(troubles, [])
})
