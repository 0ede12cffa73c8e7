// Nuso serves Samarbetsrummet, nuso.se: the collaboration room of NUSO, Sweden's national follow-up of how social
// services change.
//
// Start from an address: find it in routes.go, open the handler it names, and read down: handler → service → store.
// The rooms and who may import whom stand in arch_test.go.
//
// Glossary: the words of the field, the Go names, and the words not to use.
//
//	svenska             Go                        not
//	ansökan (att gå med) join.Request         application, registration
//	ansvarig            document.Meta.Responsible owner
//	arbete (i bakgrunden) jobs                   task; a desk.Task is what waits for people
//	delstudie           study.Area                substudy, survey
//	demonstration       demo                      example, test data
//	frågestund          schedule (type)           webinar
//	följare             access.Follower           subscriber
//	händelse            schedule.Event            activity, appointment
//	identitet           oidc.Identity             account, login
//	inbjudan (forskning) web.Invitation           call
//	inloggningstjänst   oidc.Provider             IdP, SSO
//	intresseanmälan     interest                  application
//	kodapp              member.NewCodeApp         authenticator, TOTP
//	kommun              organisation.Municipality city
//	kommungrupp         organisation.Group        cluster
//	kontaktperson       access.Contact            manager
//	kungörelse (av ändring) db.Announce           invalidate, purge
//	län                 organisation.County       region
//	medlem              access.Member             user
//	målgrupp            access.Audience           visibility, scope
//	nyhet               news.Item                 post, article
//	ordlista, term      glossary.Term             dictionary
//	omgång              organisation.Round        wave
//	organisation        organisation.Organisation company
//	passnyckel          member.Passkey            credential, token
//	projekt             research.Project          study
//	publikation, PM     publication.Publication   paper
//	redaktör            access.Editor             author
//	revisionslogg       audit.Entry               history, journal
//	session             session.Session           login without a person (inloggning utan person)
//	sida                page.Page                 article
//	sammansättning      swedish.Parts             compound splitter
//	spärr mot personuppgifter guard               filter
//	studieområde        study.Area                category
//	synonym             glossary.Term.Synonyms    alias
//	sökning, träff      search.Query, search.Hit  lookup, result row
//	tema                research.Theme            topic; the look is a skin, themes/ only a folder's name
//	tillfälle           schedule.Occurrence       instance
//	utseende            skin                      theme
package main
