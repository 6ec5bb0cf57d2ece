// Light or dark: as the system has it, until somebody chooses. Runs before the page is drawn, so that nothing flashes.

(() => {
  const KEY = "sandbox-theme";
  const CHOICES = ["auto", "light", "dark"];
  const LABELS = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" };
  const isDark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      const kept = localStorage.getItem(KEY);
      return CHOICES.includes(kept) ? kept : "auto";
    } catch {
      return "auto";
    }
  }

  function apply(choice) {
    const root = document.documentElement;
    root.dataset.theme = choice;
    // The class that Swagger UI looks for.
    root.classList.toggle("dark-mode", choice === "dark" || (choice === "auto" && isDark.matches));
    const button = document.getElementById("theme");
    if (button) button.textContent = LABELS[choice];
  }

  apply(chosen());
  isDark.addEventListener("change", () => apply(chosen()));
  document.addEventListener("DOMContentLoaded", () => {
    apply(chosen());
    document.getElementById("theme").addEventListener("click", () => {
      const next = CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length];
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // Without storage the choice lasts as long as the page.
      }
      apply(next);
    });
  });
})();
