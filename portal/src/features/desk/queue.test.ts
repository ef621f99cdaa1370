import { expect, test } from 'vitest'
import { deskActsOf, inOrder } from './queue'

test('who has answered is neither nudged nor written to again', () => {
  expect(deskActsOf('INTRODUCED')).toEqual(['nudge', 'resend', 'reassign', 'override', 'note'])
  expect(deskActsOf('RESPONDED')).toEqual(['reassign', 'override', 'note'])
  expect(deskActsOf('CLOSED')).toEqual(['override', 'note'])
})

test('what nobody sees to comes first, the oldest before the newer', () => {
  const rows = [
    { id: 1, openedAt: '2026-11-24T10:00:00Z', assigneeName: 'Max' },
    { id: 2, openedAt: '2026-11-26T10:00:00Z', assigneeName: null },
    { id: 3, openedAt: '2026-11-25T10:00:00Z', assigneeName: null },
  ]

  expect(inOrder(rows).map(({ id }) => id)).toEqual([3, 2, 1])
})
