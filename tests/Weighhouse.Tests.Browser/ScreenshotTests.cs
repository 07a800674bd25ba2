using Microsoft.Playwright;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Browser;

/// <summary>
/// Not a test of anything: <c>./build screenshots</c> draws every page light, dark and narrow, on a server with a world in it and on an
/// empty one, into the folder that WEIGH_SCREENSHOTS names, to be looked at.
/// </summary>
public class ScreenshotTests(BrowserServer server)
{
    private static readonly (string Name, Look Look)[] Looks =
    [
        ("light", new Look()),
        ("dark", new Look(IsDark: true)),
        ("narrow", new Look(Width: 390, Height: 844)),
        ("chinese", new Look(IsDark: true, Width: 390, Height: 844, Language: "zh-CN")),
    ];

    private static readonly string[] RefusedPages =
        ["/nowhere", "/runs/nobody", "/sign-in/link/nobody", "/experiments/0?filter=metrics.a+%3C+b"];

    private static readonly string[] EmptyPages =
        ["/", "/experiments", "/experiments/0", "/compare", "/models", "/deployments", "/repositories", "/catalogue", "/search?q=nothing"];
    private static readonly string[] GuardedPages = ["/sign-in"];

    [Fact(Explicit = true)]
    public async Task Every_page_is_drawn()
    {
        var folder = Environment.GetEnvironmentVariable("WEIGH_SCREENSHOTS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "WEIGH_SCREENSHOTS names no folder. hint: ./build screenshots");
        using var data = new TemporaryFolder();
        await using var empty = await WeighProcess.StartAsync(data["empty"]);
        await using var guarded = await WeighProcess.StartAsync(data["guarded"], null, "--auth", "required");
        foreach (var (name, look) in Looks)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            await DrawAsync(look, [.. PageTests.Pages.Select(row => row.Data), .. RefusedPages], target, "");
            await DrawAsync(look with { Origin = empty.Url }, EmptyPages, target, "empty");
            await DrawAsync(look with { Origin = guarded.Url }, GuardedPages, target, "guarded");
            await DrawOpenAsync(look, target);
        }
    }

    private async Task DrawAsync(Look look, IEnumerable<string> pages, string folder, string prefix)
    {
        await using var visit = await server.VisitAsync(look);
        visit.Expected.Add("status of 4");
        foreach (var page in pages)
        {
            await visit.GoAsync(server.PathOf(page));
            await visit.Expect(".chart-loading, .runs-waiting").ToHaveCountAsync(0);
            await TakeAsync(visit, folder, prefix + page);
        }
    }

    /// <summary>What opens over a page.</summary>
    private async Task DrawOpenAsync(Look look, string folder)
    {
        await using var visit = await server.VisitAsync(look);
        await visit.GoAsync($"/experiments/{server.World.Experiment}");
        await visit.Expect(".runs-row a").Not.ToHaveCountAsync(0);
        await visit[".runs-row[data-index='0'] input"].ClickAsync();
        await visit[".runs-row[data-index='2'] input"].ClickAsync();
        await TakeAsync(visit, folder, "open-selection");
        await visit[".runs-tools summary"].ClickAsync();
        await TakeAsync(visit, folder, "open-columns");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit[".page-actions button[command=show-modal][commandfor=snippets]"].ClickAsync();
        await TakeAsync(visit, folder, "open-code");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit["dialog.palette input"].FillAsync("run-0");
        await visit.Expect(".palette-item:has-text('run-03')").ToBeVisibleAsync();
        await TakeAsync(visit, folder, "open-palette");
    }

    private async Task TakeAsync(Visit visit, string folder, string page)
    {
        var name = page.Replace(server.World.FirstRun, "run", StringComparison.Ordinal).Trim('/');
        foreach (var unfit in "/?=&+%{}".ToCharArray()) name = name.Replace(unfit, '-');
        var path = Path.Combine(folder, (name.Length == 0 ? "home" : name) + ".png");
        await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
    }
}
