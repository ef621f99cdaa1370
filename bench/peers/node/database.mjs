// The rows, as somebody would read them who knows `pg`: a pool, prepared statements, one statement a list or batch.
// Columns carry the names of the graph's fields, so that no resolver is needed where nothing is made of them.
import pg from "pg";

// Texts as PostgreSQL says them: no Date is made only to be made a text again.
const DATE = 1082;
const TIMESTAMPTZ = 1184;
pg.types.setTypeParser(DATE, (text) => text);
pg.types.setTypeParser(TIMESTAMPTZ, (text) => text);

export const CONNECTIONS = 10;
// Where it is, PGHOST, PGUSER and PGDATABASE say.
const pool = new pg.Pool({ min: CONNECTIONS, max: CONNECTIONS });
const names = new Map();

async function read(text, values) {
  let name = names.get(text);
  if (name === undefined) {
    name = `statement-${names.size}`;
    names.set(text, name);
  }
  return (await pool.query({ name, text, values })).rows;
}

const LIVE = "environment = 'LIVE'";
const PACKAGE = `id, sku AS "productId", names->>'en' AS name, currency, time_zone AS "timeZone",
  created_at AS "createdAt", partner_id`;
const PARTNER = `id, name, type, created_at AS "createdAt"`;
const RESERVATION = `id, channel, reseller_id, status, units, total_minor, currency, reference,
  created_at AS "createdAt", expires_at AS "expiresAt", ended_at AS "endedAt", expires_at <= now() AS is_over`;
const BOOKING = `id, channel, reseller_id, confirmation_code AS "confirmationCode", customer_name AS "customerName",
  customer_email AS "customerEmail", customer_phone AS "customerPhone", payment_reference AS "paymentReference",
  special_requests AS "specialRequests", total_minor, currency, created_at AS "createdAt"`;
const TICKET = `id, code AS "ticketCode", customer_type AS "customerType", date, status, created_at AS "createdAt",
  ended_at AS "endedAt", package_id`;
const CALL = `id, at, environment, operation, door, status, duration_ms AS "durationMs", request_id AS "requestId"`;

/** A list under way: its predicates, with the values they are bound to. */
class Question {
  constructor(columns, table) {
    this.columns = columns;
    this.table = table;
    this.predicates = [LIVE];
    this.values = [];
  }

  where(predicate, ...values) {
    this.predicates.push(predicate.replace(/\?/g, () => `$${this.values.push(values.shift())}`));
    return this;
  }

  async page(order, keys, first, after) {
    const size = first ?? 20;
    const values = [...this.values, size + 1];
    const rows = await read(
      `SELECT ${this.columns} FROM ${this.table} WHERE ${this.predicates.join(" AND ")} ORDER BY ${order} LIMIT $${values.length}`,
      values,
    );
    const hasNextPage = rows.length > size;
    if (hasNextPage) rows.length = size;
    // Counted before the cursor's predicate came: the whole list.
    return { rows, keys, hasNextPage, hasPreviousPage: after != null, count: this.count };
  }

  counted() {
    const text = `SELECT count(*)::int AS number FROM ${this.table} WHERE ${this.predicates.join(" AND ")}`;
    const values = [...this.values];
    this.count = async () => (await read(text, values))[0].number;
    return this;
  }
}

export const cursorOf = (values) => Buffer.from(JSON.stringify(values)).toString("base64url");
const valuesOf = (cursor) => JSON.parse(Buffer.from(cursor, "base64url").toString());

export const lists = {
  products({ productIds, first, after }) {
    const question = new Question(PACKAGE, "packages");
    if (productIds) question.where("sku = ANY(?::text[])", productIds);
    question.counted();
    if (after) question.where("(sku, id) > (?, ?)", ...valuesOf(after));
    return question.page("sku, id", ["productId", "id"], first, after);
  },
  reservations({ status, first, after }) {
    const question = new Question(RESERVATION, "reservations");
    if (status === "ACTIVE") question.where("status = 'ACTIVE' AND expires_at > now()");
    else if (status === "EXPIRED")
      question.where("(status = 'EXPIRED' OR (status = 'ACTIVE' AND expires_at <= now()))");
    else if (status) question.where("status = ?", status);
    return newestFirst(question, first, after);
  },
  orders({ first, after }) {
    return newestFirst(new Question(BOOKING, "bookings"), first, after);
  },
  apiCalls({ operation, status, first, after }) {
    const question = new Question(CALL, "request_log");
    if (operation) question.where("operation = ?", operation);
    if (status) question.where("status = ?", status);
    return newestFirst(question, first, after);
  },
};

function newestFirst(question, first, after) {
  question.counted();
  if (after) question.where("id < ?", ...valuesOf(after));
  return question.page("id DESC", ["id"], first, after);
}

const single = (columns, table, filter = LIVE) => {
  const text = `SELECT ${columns} FROM ${table} WHERE id = $1 AND ${filter}`;
  return async (id) => (await read(text, [id]))[0] ?? null;
};

export const singles = {
  Package: single(PACKAGE, "packages"),
  Partner: single(PARTNER, "partners", "true"),
  Reservation: single(RESERVATION, "reservations"),
  Booking: single(BOOKING, "bookings"),
  Ticket: single(TICKET, "tickets"),
};

/** Rows in the order of the keys, null where there is none. */
const one = (columns, table, filter = "true") => {
  const text = `SELECT ${columns} FROM ${table} WHERE id = ANY($1::uuid[]) AND ${filter}`;
  return async (keys) => {
    const found = new Map();
    for (const row of await read(text, [keys])) found.set(row.id, row);
    return keys.map((key) => found.get(key) ?? null);
  };
};

/** Lists of rows in the order of the keys. */
const many = (columns, table, key) => {
  const text = `SELECT ${key} AS parent, ${columns} FROM ${table} WHERE ${key} = ANY($1::uuid[]) ORDER BY position`;
  return async (keys) => {
    const found = new Map(keys.map((each) => [each, []]));
    for (const row of await read(text, [keys])) found.get(row.parent).push(row);
    return keys.map((each) => found.get(each));
  };
};

export const batches = {
  partners: one(PARTNER, "partners"),
  packages: one(PACKAGE, "packages", LIVE),
  items: many(`kind, function_code AS "functionCode", label, quantity`, "package_items", "package_id"),
  lines: many(
    `product_id AS "productId", package_id, quantity, customer_type AS "customerType", date`,
    "reservation_lines",
    "reservation_id",
  ),
  tickets: many(TICKET, "tickets", "booking_id"),
  entitlements: many(
    `function_code AS "functionCode", label, quantity, remaining`,
    "ticket_entitlements",
    "ticket_id",
  ),
};

/** What leads from a row to others: type, field, the row's column, the batch. */
export const RELATIONS = [
  ["Package", "partner", "partner_id", "partners"],
  ["Package", "items", "id", "items"],
  ["Reservation", "reseller", "reseller_id", "partners"],
  ["Reservation", "lines", "id", "lines"],
  ["ReservationLine", "product", "package_id", "packages"],
  ["Booking", "reseller", "reseller_id", "partners"],
  ["Booking", "tickets", "id", "tickets"],
  ["Ticket", "product", "package_id", "packages"],
  ["Ticket", "entitlements", "id", "entitlements"],
];
