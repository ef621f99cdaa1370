export function ProfileView() {
  return null
}
