package desk

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/mail"
	"nuso.se/app/web"
)

// Handler serves /redaktion and /admin.
type Handler struct {
	site *web.Site
	desk *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, desk *Service) *Handler { return &Handler{site: site, desk: desk} }

// ShowView is the page /redaktion. Without tasks nothing waits.
type ShowView struct {
	web.Page
	Tasks []TaskView
	Admin bool // who asks is one
}

// TaskView is a task with how many wait.
type TaskView struct {
	Title, Path string
	Count       int
}

// AdminView is the page /admin.
type AdminView struct {
	web.Page
	Failed TaskView
	Log    int64 // the number of the audit log's last row
}

// JobsView is the page of the jobs that have failed.
type JobsView struct {
	web.Page
	Done    string // what has just been done
	Problem string // what an admin should see to
	Facts   []web.Fact
	Kinds   []KindView // that have more than one
	Jobs    []JobView
	HowMany string
	Pager   web.Pager
}

// KindView is a kind of work of which several have failed.
type KindView struct{ Kind, Title, HowMany string }

// JobView is a job that has failed.
type JobView struct {
	ID, Title, About, Tries, Error string
	Failed, Added                  web.Date
}

// DiscardView is the page that asks whether a job is to be removed.
type DiscardView struct {
	web.Page
	Job JobView
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "desk/show", View: &ShowView{}}, {Name: "desk/admin", View: &AdminView{}}, {Name: "desk/jobs", View: &JobsView{}},
		{Name: "desk/discard", View: &DiscardView{}},
	}
}

const (
	deskPath    = "/redaktion"
	adminPath   = "/admin"
	jobsPath    = adminPath + "/jobb"
	discardPath = jobsPath + "/ta-bort"
)

func admin() web.Link { return web.Link{Title: "Administration", Path: adminPath} }

// Show serves the start of the desk: what waits.
func (h *Handler) Show(c *fiber.Ctx) error {
	waiting, err := h.desk.Waiting(c.UserContext())
	if err != nil {
		return err
	}
	view := &ShowView{Page: web.PersonalPage("Redaktionen", deskPath), Admin: access.From(c.UserContext()).Role == access.Admin}
	view.Lead = "Det som väntar på dig."
	for _, task := range waiting {
		view.Tasks = append(view.Tasks, TaskView(task))
	}
	return h.site.Render(c, "desk/show", view)
}

// Admin serves the start of the administration.
func (h *Handler) Admin(c *fiber.Ctx) error {
	overview, err := h.desk.Overview(c.UserContext())
	if err != nil {
		return err
	}
	view := &AdminView{Page: web.PersonalPage("Administration", adminPath), Log: overview.Log.Number}
	view.Failed = TaskView{Title: "Arbeten som har misslyckats", Path: jobsPath, Count: overview.Failed}
	return h.site.Render(c, "desk/admin", view)
}

// Jobs serves the jobs that have failed, in pages.
func (h *Handler) Jobs(c *fiber.Ctx) error {
	number, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	failed, err := h.desk.Failed(c.UserContext(), (number-1)*web.PageSize, web.PageSize)
	if err != nil {
		return err
	}
	pager, err := web.NewPager(jobsPath, url.Values{}, number, failed.Total)
	if err != nil {
		return err
	}
	view := &JobsView{
		Page: web.PersonalPage("Arbeten som har misslyckats", jobsPath, admin()), Done: done(web.Query(c, "gjort")), Pager: pager,
		HowMany: web.Plural(failed.Total, "arbete har misslyckats", "arbeten har misslyckats"),
	}
	view.Part = pager.Part()
	view.Lead = "Sådant som webbplatsen gör i bakgrunden och har gett upp."
	view.work(failed)
	for _, kind := range failed.Kinds {
		if kind.Dead > 1 {
			view.Kinds = append(view.Kinds, KindView{Kind: kind.Kind, Title: h.desk.runner.Title(kind.Kind), HowMany: fmt.Sprintf("alla %d", kind.Dead)})
		}
	}
	for _, job := range failed.Jobs {
		view.Jobs = append(view.Jobs, h.job(job))
	}
	return h.site.Render(c, "desk/jobs", view)
}

// work tells how work goes beside what has failed.
func (v *JobsView) work(f Failed) {
	v.Facts = []web.Fact{{Label: "Väntar", Value: fmt.Sprint(f.Waiting)}, {Label: "Pågår", Value: fmt.Sprint(f.Running)}}
	if f.Oldest.IsZero() {
		return
	}
	v.Facts = append(v.Facts, web.Fact{Label: "Det äldsta har väntat", Value: waited(f.Oldest.Time, f.At)})
	if f.At.Sub(f.Oldest.Time) > standsStill {
		v.Problem = textStandsStill
	}
}

func (h *Handler) job(job jobs.Dead) JobView {
	now := h.site.Now()
	return JobView{
		ID: job.ID, Title: h.desk.runner.Title(job.Kind), About: job.About, Tries: web.Plural(job.Attempts, "försök", "försök"),
		Error:  mail.WithoutAddresses(job.LastError), // errors name nobody, but what a panic says is not ours
		Failed: web.MomentOf(job.DeadAt.Time, now), Added: web.MomentOf(job.CreatedAt.Time, now),
	}
}

// Retry has a job, or all of a kind, tried again.
func (h *Handler) Retry(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	if kind := web.Field(c, "kind"); kind != "" {
		_, err := h.desk.RetryAll(c.UserContext(), kind)
		return back(c, "alla", err)
	}
	return back(c, "forsok", h.desk.Retry(c.UserContext(), web.Field(c, "id")))
}

// DiscardForm serves the page that asks whether a job is to be removed.
func (h *Handler) DiscardForm(c *fiber.Ctx) error {
	job, err := h.desk.FailedByID(c.UserContext(), web.Query(c, "id"))
	if err != nil {
		return back(c, "", err)
	}
	view := &DiscardView{Page: web.PersonalPage("Ta bort arbetet?", discardPath, admin(), web.Link{Title: "Arbeten", Path: jobsPath}), Job: h.job(job)}
	return h.site.Render(c, "desk/discard", view)
}

// Discard removes a job.
func (h *Handler) Discard(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	return back(c, "borta", h.desk.Discard(c.UserContext(), web.Field(c, "id")))
}

// back leads to the list, which says what was done, or that the job was there no more: another press, or another admin, was faster.
func back(c *fiber.Ctx, what string, err error) error {
	if fault.Is(err, fault.NotFound) {
		what, err = "ingen", nil
	}
	if err != nil {
		return err
	}
	return c.Redirect(jobsPath+"?gjort="+what, fiber.StatusSeeOther)
}
