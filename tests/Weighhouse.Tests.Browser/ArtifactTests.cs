namespace Weighhouse.Tests.Browser;

public class ArtifactTests(BrowserServer server)
{
    private string Files => $"/runs/{server.World.FirstRun}/artifacts";

    [Fact]
    public async Task A_directory_loads_when_it_is_opened()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Files);
        Assert.DoesNotContain(visit.Requests, request => request.Contains("/tree/", StringComparison.Ordinal));

        await visit[".tree summary:has-text('plots')"].ClickAsync();

        await visit.Expect(".tree a:has-text('roc.svg')").ToBeVisibleAsync();
    }

    [Fact]
    public async Task Markdown_shows_its_pictures_and_runs_nothing()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Files}/README.md");

        await visit.Expect(".preview img").ToBeVisibleAsync();
        await visit.Expect(".preview").ToContainTextAsync("<script>alert(1)</script>");
        await visit.Expect(".preview a:has-text('bad')").ToHaveAttributeAsync("href", "#");
    }

    [Fact]
    public async Task Html_runs_alone_without_an_origin()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Files}/report.html");

        var frame = visit.Page.FrameLocator(".preview iframe");

        await Microsoft.Playwright.Assertions.Expect(frame.Locator("body")).ToHaveAttributeAsync("data-origin", "null");
        await visit.ExpectPage().Not.ToHaveTitleAsync("ran");
    }

    [Fact]
    public async Task The_first_rows_of_a_table_are_shown_and_the_rest_is_announced()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Files}/table.csv");

        await visit.Expect(".preview th").ToHaveTextAsync(["id", "label"]);
        await visit.Expect(".preview tbody tr:first-child td:last-child").ToHaveTextAsync("a, 0");
        await visit.Expect(".preview-cut").ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_file_is_downloaded_as_it_is()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Files}/config.json");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit["a:has-text('Download')"].ClickAsync());

        Assert.Equal("config.json", download.SuggestedFilename);
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Equal("""{"lr":0.001,"name":"<b>"}""", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_file_served_as_itself_can_do_nothing()
    {
        Assert.SkipUnless(server.World is not null, "chromium is not installed");
        using var http = new HttpClient { BaseAddress = server.Url };

        using var html = await http.GetAsync($"/runs/{server.World.FirstRun}/files/report.html");
        using var picture = await http.GetAsync($"/runs/{server.World.FirstRun}/files/plots/roc.svg");

        Assert.Equal("application/octet-stream", html.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", html.Content.Headers.ContentDisposition!.DispositionType);
        Assert.StartsWith("sandbox;", picture.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
