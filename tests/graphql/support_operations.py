"""Operations on support threads, as a portal has them."""

OPEN = """
mutation Open($input: OpenSupportThreadInput!) {
  openSupportThread(input: $input) {
    __typename
    ... on Refusal { code }
    ... on InvalidInput { field }
    ... on SupportThread {
      id category subject status assigneeId assigneeName openedByName openedSide openedAt firstResponseDueAt
      firstResponseAt resolvedAt lastMessageAt messageCount unreadCount sequence partner { name }
      readMark { number at }
      messages { totalCount nodes { number side authorName text at } }
    }
  }
}
"""
POST = """
mutation Post($id: ID!, $said: String!, $key: String) {
  postSupportMessage(input: {threadId: $id, text: $said, idempotencyKey: $key}) {
    __typename
    ... on Refusal { code }
    ... on InvalidInput { field problem }
    ... on SupportMessage { id number side text thread { status messageCount sequence firstResponseAt unreadCount } }
  }
}
"""
READ = """
mutation Read($id: ID!, $number: Int) {
  markSupportThreadRead(input: {id: $id, number: $number}) {
    __typename
    ... on InvalidInput { field problem }
    ... on SupportThread { unreadCount readMark { number } }
  }
}
"""
ASSIGN = """
mutation Assign($id: ID!, $assigneeId: ID) {
  assignSupportThread(input: {id: $id, assigneeId: $assigneeId}) {
    __typename
    ... on Refusal { code message }
    ... on SupportThread { assigneeId assigneeName sequence }
  }
}
"""
RESOLVE = """
mutation Resolve($id: ID!) {
  resolveSupportThread(input: {id: $id}) { ... on SupportThread { status resolvedAt sequence } }
}
"""
REOPEN = """
mutation Reopen($id: ID!) {
  reopenSupportThread(input: {id: $id}) { ... on SupportThread { status resolvedAt sequence } }
}
"""
SUBJECTS = """
query Subjects($partner: ID, $status: SupportStatus, $category: SupportCategory, $mine: Boolean! = false,
  $assigned: Boolean) {
  supportThreads(partnerId: $partner, status: $status, category: $category, assignedToMe: $mine,
    isAssigned: $assigned) { nodes { subject } }
}
"""
QUESTION = {"category": "INTEGRATION", "subject": "Holds", "text": "Why do holds expire?"}
FOLLOW = """
subscription Follow($id: ID!, $after: Int) {
  supportMessagePosted(threadId: $id, after: $after) {
    sequence status unreadCount messages(last: 2) { nodes { number text } }
  }
}
"""
