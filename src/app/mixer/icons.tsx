export const SpeakerSign = ({ off }: { readonly off: boolean }) => (
  <svg
    className="icon"
    width="18"
    height="18"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z" />
    <path d={off ? 'm16 9.500 5 5M21 9.500l-5 5' : 'M15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11'} />
  </svg>
);
