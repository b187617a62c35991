// Runs before the first paint, so that a remembered theme and language never flash.
(function () {
  try {
    var theme = localStorage.getItem("tripline.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem("tripline.language") || navigator.language;
    document.documentElement.lang = /^zh\b/i.test(language) ? "zh-CN" : "en";
  } catch {
    // Storage may be closed to the page: the browser's own theme and English do.
  }
})();
