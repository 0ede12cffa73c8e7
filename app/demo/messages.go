package demo

// textBanner stands above every page.
const textBanner = "Den här webbplatsen visar demonstrationsuppgifter. Personer, organisationer och nyheter som är märkta med (demo) är påhittade."
