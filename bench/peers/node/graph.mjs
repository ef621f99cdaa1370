// The product's own SDL, with resolvers for the part of it that the operations ask for.
import { readFileSync } from "node:fs";
import DataLoader from "dataloader";
import { batches, cursorOf, lists, RELATIONS, singles } from "./database.mjs";

export const typeDefs = readFileSync(process.env.SDL, "utf8");

const PREFIXES = { par: "Partner", pkg: "Package", rsv: "Reservation", bkg: "Booking", tkt: "Ticket", call: "ApiCall" };
const DECIMALS = { JPY: 0, KWD: 3 };

const publicId = (prefix) => (row) => `${prefix}_${row.id.replaceAll("-", "")}`;

function local(id) {
  const [prefix, hex] = id.split("_");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return [PREFIXES[prefix], uuid];
}

/** Whole digits as a text (minor units, as PostgreSQL says a bigint) to an amount with its decimals. */
function money(row) {
  const decimals = DECIMALS[row.currency] ?? 2;
  const digits = row.total_minor.padStart(decimals + 1, "0");
  const amount = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  return { amount, currency: row.currency };
}

/** `2026-12-24 09:30:00.12+00` to `2026-12-24T09:30:00.120Z`. */
const instant = (column) => (row) => {
  const text = row[column];
  if (text === null) return null;
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0").slice(0, 3)}Z`;
};

const connection = {
  nodes: (page) => page.rows,
  edges: (page) => page.rows.map((row) => ({ cursor: cursorAt(page, row), node: row })),
  pageInfo: (page) => ({
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: page.rows.length ? cursorAt(page, page.rows[0]) : null,
    endCursor: page.rows.length ? cursorAt(page, page.rows.at(-1)) : null,
  }),
  totalCount: (page) => page.count(),
};
const cursorAt = (page, row) => cursorOf(page.keys.map((key) => row[key]));

const createdAt = instant("createdAt");
const endedAt = instant("endedAt");

export const resolvers = {
  Query: {
    products: (_, asked) => lists.products(asked),
    reservations: (_, asked) => lists.reservations(asked),
    orders: (_, asked) => lists.orders(asked),
    apiCalls: (_, asked) => lists.apiCalls(asked),
    reservation: (_, { id }) => singles.Reservation(local(id)[1]),
    node: async (_, { id }) => {
      const [type, uuid] = local(id);
      const row = await singles[type](uuid);
      return row && Object.assign(row, { __typename: type });
    },
  },
  PackageConnection: connection,
  ReservationConnection: connection,
  BookingConnection: connection,
  ApiCallConnection: connection,
  Package: { id: publicId("pkg"), createdAt },
  Partner: { id: publicId("par"), createdAt },
  Reservation: {
    id: publicId("rsv"),
    status: (row) => (row.status === "ACTIVE" && row.is_over ? "EXPIRED" : row.status),
    total: money,
    createdAt,
    endedAt,
    expiresAt: instant("expiresAt"),
  },
  Booking: { id: publicId("bkg"), total: money, createdAt },
  Ticket: { id: publicId("tkt"), createdAt, endedAt },
  ApiCall: { id: publicId("call"), at: instant("at") },
};

/** The resolvers with relations through DataLoaders, for servers that have no loaders of their own. */
export function withDataLoaders() {
  const all = Object.fromEntries(Object.entries(resolvers).map(([type, fields]) => [type, { ...fields }]));
  for (const [type, field, column, batch] of RELATIONS) {
    all[type] ??= {};
    all[type][field] = (row, _, context) => (row[column] === null ? null : context.load(batch, row[column]));
  }
  return all;
}

/** A request's context: its DataLoaders, one for each batch, made when first asked for. */
export function context() {
  const made = {};
  return { load: (batch, key) => (made[batch] ??= new DataLoader(batches[batch])).load(key) };
}

export const typeOf = (row) => row.__typename;
