// Before the first paint: the theme that was chosen, so that no other flashes up. src/app/page/theme.ts goes on from here.
try {
  const theme = localStorage.getItem('av-link-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  // What a link holds has another outline than the studio.
  if (window.location.hash.length > 1) document.documentElement.dataset.link = '';
} catch {
  // Storage is forbidden: the system's theme it is.
}
