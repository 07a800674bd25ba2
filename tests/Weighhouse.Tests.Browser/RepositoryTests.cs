using System.Net;

namespace Weighhouse.Tests.Browser;

public class RepositoryTests(BrowserServer server)
{
    private const string Home = $"/repositories/{DataWorld.Repository}";

    [Fact]
    public async Task A_repository_is_made_renamed_described_deleted_and_brought_back()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync("/repositories");
        await visit["button:has-text('New repository')"].ClickAsync();
        await visit["#new-name"].FillAsync("made.here");
        await visit["#new-description"].FillAsync("**First** <script>alert(1)</script>");
        await visit["#new-repository button:has-text('Create')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("made.here");
        await visit.Expect(".prose strong").ToHaveTextAsync("First");
        await visit.Expect(".empty-code pre").ToContainTextAsync("/repos/made.here");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button:has-text('Settings of the repository')"].ClickAsync();
        await visit["#settings-name"].FillAsync("renamed.here");
        await visit["#settings button:has-text('Save')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("renamed.here");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button.menu-item-danger"].ClickAsync();
        await visit["#delete button.button-danger"].ClickAsync();
        await visit.Expect(".toast").ToContainTextAsync("Repository deleted.");
        await visit[".toast button:has-text('Undo')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("renamed.here");

        await visit["summary[aria-label=More]"].ClickAsync();
        await visit["button.menu-item-danger"].ClickAsync();
        await visit["#delete button.button-danger"].ClickAsync();
        await visit.GoAsync("/repositories?view=deleted");
        await visit["tr:has-text('renamed.here') button:has-text('Restore')"].ClickAsync();
        await visit.Expect("h1").ToHaveTextAsync("renamed.here");
    }

    [Fact]
    public async Task Without_scripts_repositories_are_found_sorted_and_walked()
    {
        await using var visit = await server.VisitAsync(new Look(HasScripts: false));
        await visit.GoAsync("/repositories");
        await visit["thead a:has-text('Name')"].ClickAsync();
        await visit.Expect("th[aria-sort=ascending]").ToHaveTextAsync("Name");
        await visit["input[name=search]"].FillAsync("DRAWN");
        await visit[".filter-bar button"].ClickAsync();
        await visit.Expect("tbody tr").ToHaveCountAsync(1);
        await visit["tbody a"].First.ClickAsync();
        await visit["a:has-text('labels')"].First.ClickAsync();
        await visit["a:has-text('train.csv')"].ClickAsync();
        await visit.Expect(".preview th").ToHaveTextAsync(["id", "label", "writer"]);

        await visit[".path-bar summary"].ClickAsync();
        await visit[".path-bar a:has-text('v1')"].ClickAsync();

        await visit.ExpectPage().ToHaveURLAsync(new System.Text.RegularExpressions.Regex("train\\.csv\\?at=v1$"));
        await visit.Expect(".path-bar summary").ToContainTextAsync("v1");
    }

    [Fact]
    public async Task A_readme_is_drawn_with_its_pictures_and_runs_and_asks_nothing()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Home);

        await visit.Expect(".prose img").ToHaveCountAsync(1);
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.querySelector('.prose img').naturalWidth > 0"));
        await visit.Expect(".card .prose").ToContainTextAsync("<script>");
        await visit.Expect(".prose a:has-text('bad')").ToHaveAttributeAsync("href", "#");
        await visit.Expect(".prose a:has-text('out')").ToHaveAttributeAsync("href", "#");
        await visit.Expect(".prose a:has-text('labels')").ToHaveAttributeAsync("href", $"{Home}/files/labels/train.csv");
        await visit.ExpectPage().Not.ToHaveTitleAsync("ran");
    }

    [Fact]
    public async Task A_hostile_name_is_only_a_name()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Home);

        await visit[$"tbody a:has-text('onerror')"].ClickAsync();

        await visit.Expect(".preview h2").ToHaveTextAsync(DataWorld.HostileName);
        await visit.Expect("main img").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Html_of_a_repository_is_shown_as_its_source()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/files/page.html");

        await visit.Expect(".preview .lines").ToContainTextAsync("<script>document.title='ran'</script>");
        await visit.Expect("iframe").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_line_has_an_address()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/files/train.py?at=v1#L12");

        await visit.Expect(".lines > span:target").ToHaveTextAsync("x11 = tanh(11)  # <script>alert(11)</script>\n");
    }

    [Fact]
    public async Task Json_lines_are_a_table()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Home}/files/labels/notes.jsonl");

        await visit.Expect(".preview th").ToHaveTextAsync(["image", "note"]);
        await visit.Expect(".preview tbody tr:first-child td:last-child").ToHaveTextAsync("<b>0</b>");
    }

    [Fact]
    public async Task Bytes_of_a_repository_are_never_served_as_a_page()
    {
        Assert.SkipUnless(server.Data is not null, "chromium is not installed");
        using var http = new HttpClient { BaseAddress = server.Url };

        using var page = await http.GetAsync($"{Home}/raw/page.html");
        using var picture = await http.GetAsync($"{Home}/raw/images/one.svg");
        using var file = await http.GetAsync($"/api/v1{Home}/files/page.html");

        Assert.Equal(HttpStatusCode.Conflict, page.StatusCode);
        Assert.StartsWith("sandbox;", picture.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", picture.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("application/octet-stream", file.Content.Headers.ContentType!.MediaType);
    }
}
