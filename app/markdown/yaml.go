package markdown

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// What yaml.v3 says in English; the front matter's readers are told in Swedish.
var (
	yamlLine      = regexp.MustCompile(`line (\d+): (.*)`)
	yamlUnknown   = regexp.MustCompile(`^field (.+) not found in type`)
	yamlDuplicate = regexp.MustCompile(`^mapping key "(.+)" already defined at line (\d+)`)
	yamlType      = regexp.MustCompile(`^cannot unmarshal (\S+)(?: ` + "`(.*)`" + `)? into (\S+)`)
)

// decodeYAML decodes strictly into dst; first is the number of head's first line.
func decodeYAML(head []byte, first int, dst any) *Problem {
	decoder := yaml.NewDecoder(bytes.NewReader(head))
	decoder.KnownFields(true)
	err := decoder.Decode(dst)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	var own *Problem
	if errors.As(err, &own) {
		moved := *own
		if moved.Line > 0 {
			moved.Line += first - 1
		}
		return &moved
	}
	var date *time.ParseError
	if errors.As(err, &date) { // says the value but not where it stands
		line := lineAt(head, max(bytes.Index(head, []byte(date.Value)), 0), 1)
		return newProblem(line+first-1, msgWrongType, keyOn(head, line), excerpt(date.Value), msgWantDate)
	}
	text := err.Error()
	var several *yaml.TypeError
	if errors.As(err, &several) && len(several.Errors) > 0 {
		text = several.Errors[0]
	}
	return yamlProblem(text, head, first, dst)
}

func yamlProblem(text string, head []byte, first int, dst any) *Problem {
	line, detail := 0, strings.TrimPrefix(text, "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		detail = m[2]
	}
	key := keyOn(head, line)
	if line > 0 {
		line += first - 1
	}
	if m := yamlUnknown.FindStringSubmatch(detail); m != nil {
		return newProblem(line, msgUnknownKey, excerpt(m[1]), strings.Join(keysOf(dst), ", "))
	}
	if m := yamlDuplicate.FindStringSubmatch(detail); m != nil {
		other, _ := strconv.Atoi(m[2])
		return newProblem(line, msgDuplicateKey, excerpt(m[1]), other+first-1)
	}
	if m := yamlType.FindStringSubmatch(detail); m != nil {
		return newProblem(line, msgWrongType, key, excerpt(m[2]), wanted(m[3]))
	}
	if strings.HasPrefix(text, "yaml: ") {
		return newProblem(max(line, first), msgYAML)
	}
	return newProblem(line, msgBadValue, strings.TrimSuffix(excerpt(detail), "."))
}

// keyOn gives the key on a line of the head, with a name for lines without one.
func keyOn(head []byte, line int) string {
	lines := bytes.Split(head, []byte("\n"))
	if line < 1 || line > len(lines) {
		return msgValue
	}
	key, _, found := bytes.Cut(bytes.TrimLeft(lines[line-1], " -"), []byte(":"))
	if !found || len(key) == 0 {
		return msgValue
	}
	return "”" + excerpt(string(key)) + "”"
}

// wanted names a Go type in words for the author.
func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return msgWantList
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"):
		return msgWantWhole
	case strings.HasPrefix(goType, "float"):
		return msgWantNumber
	case goType == "bool":
		return msgWantBool
	case goType == "string":
		return msgWantText
	case goType == "time.Time":
		return msgWantDate
	}
	return msgWantKeys
}

// keysOf lists the keys a struct takes, sorted, embedded ones too.
func keysOf(dst any) []string {
	t := reflect.TypeOf(dst)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			keys = append(keys, keysOf(reflect.New(field.Type).Interface())...)
		case name == "-" || !field.IsExported():
		case name != "":
			keys = append(keys, name)
		default:
			keys = append(keys, strings.ToLower(field.Name))
		}
	}
	slices.Sort(keys)
	return keys
}
