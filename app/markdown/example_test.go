package markdown_test

import (
	"fmt"

	"nuso.se/app/markdown"
)

// A content file on its way into the site.
func Example() {
	file := []byte("---\ntitle: Frågestund\n---\n\n## När\n\nVarje fredag, se [kalendern](/kalender).\n")
	var head struct {
		Title string `yaml:"title"`
	}
	body, line, err := markdown.Split(file, &head)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := markdown.New().Render(body, markdown.Env{BaseURL: "https://nuso.se", Trusted: true, Line: line})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(head.Title)
	fmt.Print(result.HTML)
	fmt.Println(result.Links)
	// Output:
	// Frågestund
	// <h2 id="nar">När</h2>
	// <p>Varje fredag, se <a href="/kalender">kalendern</a>.</p>
	// [{/kalender 7}]
}

func ExampleSplit_problem() {
	_, _, err := markdown.Split([]byte("---\ntitel: Frågestund\n---\n"), &struct {
		Title string `yaml:"title"`
	}{})
	fmt.Println(err)
	// Output: rad 2: Nyckeln ”titel” finns inte. Rätta den eller ta bort den; nycklarna är title.
}

func ExampleRenderer_Render_problems() {
	result, _ := markdown.New().Render("# Rubrik\n\n![](karta.png)\n", markdown.Env{})
	for _, p := range result.Problems {
		fmt.Printf("%d: %s\n", p.Line, p.Text)
	}
	// Output:
	// 1: Texten har en rubrik på högsta nivån (#).
	// 3: Bilden ”karta.png” finns inte.
}
