using System.Net;

namespace Weighhouse.Tests.Browser;

public class FormTests(BrowserServer server)
{
    [Fact]
    public async Task An_experiment_is_made_renamed_noted_deleted_and_restored()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/experiments");
        await visit["button:has-text('New experiment')"].ClickAsync();
        await visit["#new-name"].FillAsync("made in a browser");
        await visit["#new-experiment button:has-text('Create')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("made in a browser");
        await visit.Expect(".toast").ToContainTextAsync("Experiment created.");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button:has-text('Rename the experiment')"].ClickAsync();
        await visit["#rename-name"].FillAsync("renamed in a browser");
        await visit["#rename button:has-text('Save')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("renamed in a browser");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button:has-text('Edit the note')"].ClickAsync();
        await visit["#note-text"].FillAsync("Tried **this**.");
        await visit["#note button:has-text('Save')"].ClickAsync();
        await visit.Expect("details.note").ToContainTextAsync("Tried this.");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button.menu-item-danger"].ClickAsync();
        await visit["#delete button.button-danger"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("Experiments");
        await visit[".toast button:has-text('Undo')"].ClickAsync();
        await visit.Expect("table a:has-text('renamed in a browser')").ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_run_gets_tags_and_loses_them()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/runs/{server.World.Runs[5]}");
        await visit["button:has-text('Add a tag')"].ClickAsync();
        await visit["#tag-key"].FillAsync("kind");
        await visit["#tag-value"].FillAsync("<script>alert(1)</script>");
        await visit["#tag button:has-text('Save')"].ClickAsync();
        await visit.Expect(".chip:has-text('kind')").ToContainTextAsync("<script>alert(1)</script>");

        await visit["[aria-label='Remove the tag kind']"].ClickAsync();

        await visit.Expect(".chip:has-text('kind')").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_model_gets_an_alias_and_a_stage()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/models/digits");
        await visit["tr:has-text('v1') button:has-text('Change')"].ClickAsync();
        await visit["dialog[open] select"].SelectOptionAsync("Production");
        await visit["dialog[open] button:has-text('Move')"].ClickAsync();
        await visit.Expect("table .badge-ok").ToHaveTextAsync("Production");
        await visit["tr:has-text('v1') button:has-text('Change')"].ClickAsync();
        await visit["dialog[open] input[name=alias]"].FillAsync("champion");
        await visit["dialog[open] button:has-text('Set')"].ClickAsync();

        await visit.Expect("table .chip").ToContainTextAsync("champion");
        await visit.Expect(".events").ToContainTextAsync("Alias set");
        await visit.GoAsync("/models");
        await visit.Expect("table .badge-ok").ToHaveTextAsync("Production v1");
    }

    [Fact]
    public async Task A_mistake_in_a_form_is_answered_with_its_reason()
    {
        await using var visit = await server.VisitAsync();
        visit.Expected.Add("status of 409");
        await visit.GoAsync("/experiments");
        await visit["button:has-text('New experiment')"].ClickAsync();
        await visit["#new-name"].FillAsync("digits");
        await visit["#new-experiment button:has-text('Create')"].ClickAsync();

        await visit.Expect("main").ToContainTextAsync("digits");
        await visit.Expect("main").ToContainTextAsync("Request");
    }

    [Fact]
    public async Task A_form_without_this_browsers_token_is_refused()
    {
        Assert.SkipUnless(server.World is not null, "chromium is not installed");
        using var http = new HttpClient { BaseAddress = server.Url };
        using var form = new FormUrlEncodedContent([new("name", "forged")]);

        using var answer = await http.PostAsync("/experiments", form);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
