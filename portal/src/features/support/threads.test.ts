import { expect, test } from 'vitest'
import { blocksOf, type Message, toneOf } from './threads'

const message = (number: number, author: string) => ({ number, author }) as Message

test('what one person wrote in a row is one block', () => {
  const blocks = blocksOf([message(1, 'a'), message(2, 'a'), message(3, 'b'), message(4, 'a')])

  expect(blocks.map((block) => block.map(({ number }) => number))).toEqual([[1, 2], [3], [4]])
})

test('a conversation is bright where it is the reader’s turn', () => {
  expect(toneOf('WAITING_FOR_PARTNER', false)).toBe('brand')
  expect(toneOf('OPEN', false)).toBe('info')
  expect(toneOf('OPEN', true)).toBe('brand')
})
