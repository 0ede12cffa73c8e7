package member

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// AccountView is the page /mitt-konto.
type AccountView struct {
	web.Page
	Done            string
	Errors          []web.FormError
	Problem         string
	Name, WorkTitle web.Input
	Email           string
	Version         int64
	Roles           []RoleRow
	Passkeys        int
	HasApp          bool
}

// RoleRow is a membership that somebody has.
type RoleRow struct {
	ID, Role, Organisation string
	Here                   bool // it is the one they act by
}

// AddressView is the page where one changes one's address: first the address, then the code.
type AddressView struct {
	web.Page
	Old         string
	Asked       bool
	Email, Code web.Input
}

// UndoView is the page that a mail to an old address leads to.
type UndoView struct {
	web.Page
	Good, Done bool
	Stamp      string
	Code       web.Input
}

// CloseView is the page where one closes one's account, and tells what stays.
type CloseView struct {
	web.Page
	Closed  bool
	Roles   []RoleRow
	Problem string
}

const (
	addressPath = AccountPath + "/adress"
	closePath   = AccountPath + "/avsluta"
	undoForm    = "angra-adress"
)

// Account serves the page about oneself.
func (h *Handler) Account(c *fiber.Ctx) error { return h.account(c, fiber.StatusOK, Profile{}, nil) }

// account shows what is kept, or what was typed and why it was refused.
func (h *Handler) account(c *fiber.Ctx, status int, typed Profile, refused *fault.Error) error {
	ctx := c.UserContext()
	account, err := h.members.Account(ctx)
	if err != nil {
		return err
	}
	f, err := h.members.Factors(ctx)
	if err != nil {
		return err
	}
	view := &AccountView{
		Page: web.PersonalPage("Mitt konto", AccountPath), Done: accountDone(web.Query(c, "gjort")), Email: account.Email,
		Name: web.Input{Name: "name", Value: account.Name}, WorkTitle: web.Input{Name: "title", Value: account.Title}, Version: account.Version, Roles: h.roles(c, account), Passkeys: len(f.Passkeys), HasApp: !f.CodeApp.IsZero(),
	}
	if refused != nil {
		view.Name.Value, view.WorkTitle.Value, view.Done = typed.Name, typed.Title, ""
		if view.Errors = web.Mark(refused.Fields, &view.Name, &view.WorkTitle); len(refused.Fields) == 0 {
			view.Problem = refused.Text
		}
	}
	return h.site.RenderStatus(c, status, "member/account", view)
}

func accountDone(what string) string {
	return map[string]string{
		"sparat": "Dina uppgifter är sparade.", "adress": "Din nya adress gäller nu. Vi har mejlat till den gamla hur du ångrar dig.",
	}[what]
}

func (h *Handler) roles(c *fiber.Ctx, account Account) []RoleRow {
	others := map[string]bool{}
	for _, o := range access.From(c.UserContext()).Others {
		others[o.Membership] = true
	}
	var rows []RoleRow
	for _, m := range account.Memberships {
		rows = append(rows, RoleRow{ID: m.ID, Role: web.Capital(m.Role.Title()), Organisation: m.Organisation, Here: !others[m.ID]})
	}
	return rows
}

// Describe changes what one tells of oneself.
func (h *Handler) Describe(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	typed := Profile{Name: web.Field(c, "name"), Title: web.Field(c, "title"), Version: version(c)}
	err := h.members.Describe(c.UserContext(), typed)
	if fault.Is(err, fault.Invalid) {
		return h.account(c, fiber.StatusUnprocessableEntity, typed, fault.Of(err))
	}
	if fault.Is(err, fault.Conflict) {
		return h.account(c, fiber.StatusConflict, typed, fault.Of(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(AccountPath+"?gjort=sparat", fiber.StatusSeeOther)
}

// version is the one that the form was read with; what is no number is no version.
func version(c *fiber.Ctx) int64 {
	n, _ := strconv.ParseInt(web.Field(c, "version"), 10, 64)
	return n
}

// Switch lets somebody act by another of their memberships.
func (h *Handler) Switch(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	token, err := h.members.Switch(c.UserContext(), web.Token(c), web.Field(c, "membership"))
	if err != nil {
		return err
	}
	web.SetToken(c, token)
	return c.Redirect(AccountPath, fiber.StatusSeeOther)
}

// Data serves all that is kept of who asks, as a file.
func (h *Handler) Data(c *fiber.Ctx) error {
	data, err := h.members.Data(c.UserContext())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Attachment("mina-uppgifter.json")
	return c.JSON(data)
}

// AddressForm serves the page where one changes one's address.
func (h *Handler) AddressForm(c *fiber.Ctx) error {
	return h.address(c, fiber.StatusOK, AddressView{Asked: web.Query(c, "steg") == "kod"})
}

func (h *Handler) address(c *fiber.Ctx, status int, view AddressView) error {
	account, err := h.members.Account(c.UserContext())
	if err != nil {
		return err
	}
	view.Page, view.Old, view.Email.Name, view.Code.Name = below("Byt e-postadress", addressPath), account.Email, "email", "code"
	return h.site.RenderStatus(c, status, "member/address", &view)
}

// Address mails a code to the new address, or changes to it with the code.
func (h *Handler) Address(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	ctx, email := c.UserContext(), web.Field(c, "email")
	if web.Field(c, "step") == "kod" {
		err := h.members.ConfirmAddress(ctx, web.Field(c, "code"))
		if fault.Is(err, fault.Invalid) {
			return h.address(c, fiber.StatusUnprocessableEntity, AddressView{Asked: true, Code: web.Input{Error: fault.Of(err).Text}})
		}
		if err != nil {
			return err
		}
		return c.Redirect(AccountPath+"?gjort=adress", fiber.StatusSeeOther)
	}
	err := h.members.AskAddress(ctx, email)
	if f := fault.Of(err); fault.Is(err, fault.Invalid) && len(f.Fields) > 0 {
		return h.address(c, fiber.StatusUnprocessableEntity, AddressView{Email: web.Input{Value: email, Error: f.Fields[0].Text}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(addressPath+"?steg=kod", fiber.StatusSeeOther)
}

// UndoForm serves the page that a mail to an old address leads to.
func (h *Handler) UndoForm(c *fiber.Ctx) error { return h.undo(c, fiber.StatusOK, "") }

func (h *Handler) undo(c *fiber.Ctx, status int, problem string) error {
	good, err := h.members.CanUndo(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	if !good {
		status = fiber.StatusNotFound
	}
	return h.site.RenderStatus(c, status, "member/undo", &UndoView{Page: web.PersonalPage("Ångra bytet av adress", undoPath), Good: good, Stamp: h.site.Stamp(undoForm), Code: web.Input{Name: "code", Error: problem}})
}

// Undo gives somebody their old address back.
func (h *Handler) Undo(c *fiber.Ctx) error {
	take := func(code string) error {
		if err := h.members.UndoAddress(c.UserContext(), c.Params("token"), code); err != nil {
			return err
		}
		return h.site.Render(c, "member/undo", &UndoView{Page: web.PersonalPage("Din gamla adress gäller igen", undoPath), Done: true})
	}
	return h.site.TakeCode(c, undoForm, take, func(status int, problem string) error { return h.undo(c, status, problem) })
}

// CloseForm serves the page where one closes one's account.
func (h *Handler) CloseForm(c *fiber.Ctx) error { return h.close(c, fiber.StatusOK, "") }

func (h *Handler) close(c *fiber.Ctx, status int, problem string) error {
	account, err := h.members.Account(c.UserContext())
	if err != nil {
		return err
	}
	view := &CloseView{Page: below("Avsluta kontot", closePath), Roles: h.roles(c, account), Problem: problem}
	return h.site.RenderStatus(c, status, "member/close", view)
}

// Close closes one's account.
func (h *Handler) Close(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	err := h.members.Close(c.UserContext())
	if fault.Is(err, fault.Invalid) {
		return h.close(c, fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	if err != nil {
		return err
	}
	web.SetToken(c, "")
	c.SetUserContext(access.With(c.UserContext(), access.Actor{}))
	return h.site.Render(c, "member/close", &CloseView{Page: web.PersonalPage("Kontot är avslutat", closePath), Closed: true})
}
