"""Operations on contractors and introductions, as a portal has them."""

REGISTER = """
mutation R($input: RegisterContractorInput!) {
  registerContractor(input: $input) {
    __typename
    ... on Contractor {
      id name contactName contactEmail industry region size needs languages locale timeZone
      preferredFromHour preferredToHour preferredDays version erasedAt
    }
    ... on Refusal { code message }
  }
}
"""
UPDATE_CONTRACTOR = """
mutation U($input: UpdateContractorInput!) {
  updateContractor(input: $input) {
    __typename ... on Contractor { name preferredDays preferredToHour version } ... on Refusal { code message }
  }
}
"""
PROFILE = """
mutation P($input: SetIntroductionProfileInput!) {
  setIntroductionProfile(input: $input) {
    __typename
    ... on IntroductionProfile { subdomain introEmail capacity preferredDemoDuration isAccepting version partner { name } }
    ... on Refusal { code message }
  }
}
"""
CREATE = """
mutation C($input: CreateIntroductionInput!) {
  createIntroduction(input: $input) {
    __typename
    ... on Introduction { id stage status matchScore sequence partner { name } contractor { name } }
    ... on IntroductionOpen { introductionId }
    ... on Refusal { code }
  }
}
"""
STEP = """
mutation S($id: ID!) {{
  {name}(input: {{id: $id}}) {{
    __typename ... on Introduction {{ stage status sequence introductionSentAt reminderCount }} ... on Refusal {{ code }}
  }}
}}
"""
SEND = STEP.format(name="sendIntroduction")
CANCEL = STEP.format(name="cancelIntroduction")
FOLLOW_UP = STEP.format(name="triggerFollowUp")
CONFIRM = """
mutation C($id: ID!, $at: DateTime!) {
  confirmIntroduction(input: {id: $id, startsAt: $at}) {
    __typename
    ... on Introduction { stage status scheduledAt durationMinutes bookingConfirmedAt }
    ... on InvalidIntroductionTransition { fromStage toStage role }
    ... on Refusal { code }
  }
}
"""
UPDATE = """
mutation U($input: UpdateIntroductionInput!) {
  updateIntroduction(input: $input) {
    __typename ... on Introduction { stage outcomeNote version partnerRespondedAt } ... on Refusal { code message }
  }
}
"""
LOOK = """
query L($id: ID!) {
  introduction(id: $id) {
    stage transitions { sequence fromStage toStage role } contractor { name contactEmail } partner { name }
  }
}
"""
MATCHES = """
query M($id: ID!) {
  matches(contractorId: $id) {
    score scorer partner { name } reasons { factor points weight isKnown }
  }
}
"""
WISH = {
    "name": "Contractor & Co",
    "industry": "travel_agency",
    "region": "IT-25",
    "size": "SMALL",
    "needs": ["hotels"],
    "languages": ["it", "en"],
    "timeZone": "Europe/Rome",
}
LATER = "2030-01-07T10:00:00.000Z"


FOLLOW = """
subscription F($id: ID!, $after: Int) {
  introductionUpdated(id: $id, after: $after) { sequence stage reminderCount }
}
"""
