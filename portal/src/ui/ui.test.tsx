import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { Button } from './Button'
import { TextField } from './Field'
import { Meter } from './Meter'
import { Table } from './Table'
import { Tabs } from './Tabs'

function Views() {
  const [chosen, setChosen] = useState<'one' | 'two'>('one')
  return (
    <Tabs
      label="Views"
      tabs={[
        { key: 'one', label: 'One' },
        { key: 'two', label: 'Two' },
      ]}
      chosen={chosen}
      onChoose={setChosen}
    >
      <p>{chosen}</p>
    </Tabs>
  )
}

test('arrows move among tabs, around the end, and only the chosen one is reached by Tab', async () => {
  const person = userEvent.setup()
  render(<Views />)

  await person.tab()
  await person.keyboard('{ArrowRight}')
  expect(screen.getByRole('tab', { name: 'Two' })).toHaveProperty('ariaSelected', 'true')
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Two' }))
  expect(screen.getByRole('tabpanel').textContent).toBe('two')
  await person.keyboard('{ArrowRight}')

  expect(screen.getByRole('tabpanel').textContent).toBe('one')
  expect(screen.getByRole('tab', { name: 'Two' }).tabIndex).toBe(-1)
})

test('a button at work takes no second press', async () => {
  let presses = 0
  render(
    <Button isBusy onClick={() => presses++}>
      Save
    </Button>,
  )

  await userEvent.click(screen.getByRole('button', { name: 'Save' }))

  expect(presses).toBe(0)
  expect(screen.getByRole('button').getAttribute('aria-busy')).toBe('true')
})

test('what is wrong with a field is said of the field', () => {
  render(<TextField label="Name" error="Too long." hint="As registered." />)

  const field = screen.getByLabelText('Name')
  const described = field.getAttribute('aria-describedby') ?? ''
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(described)?.textContent).toBe('Too long.')
})

test('a table has a caption, and headings for its columns', () => {
  render(
    <Table
      caption="Payouts"
      rows={[{ id: 'a', amount: '1.00' }]}
      rowKey={(row) => row.id}
      columns={[{ key: 'amount', title: 'Amount', cell: (row) => row.amount }]}
    />,
  )

  const table = screen.getByRole('table', { name: 'Payouts' })
  expect(within(table).getByRole('columnheader', { name: 'Amount' })).toBeTruthy()
  expect(within(table).getByRole('cell', { name: '1.00' })).toBeTruthy()
})

test('a meter tells how far something is, never more than all', () => {
  render(<Meter label="Sold" value={1.4} />)

  expect(screen.getByRole('progressbar', { name: 'Sold' }).getAttribute('aria-valuenow')).toBe('100')
})
