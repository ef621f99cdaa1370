export function IntroductionView() {
  return null
}
