using Microsoft.Playwright;

namespace Weighhouse.Tests.Browser;

public class PageTests(BrowserServer server)
{
    private const int WindowNarrow = 390;

    public static TheoryData<string> Pages { get; } =
    [
        "/",
        "/experiments",
        "/experiments?view=deleted",
        "/experiments/{experiment}",
        "/experiments/{experiment}?filter=metrics.score+%3C+0.1",
        "/runs/{run}",
        "/runs/{run}/metrics",
        "/runs/{run}/artifacts",
        "/runs/{run}/artifacts/README.md",
        "/runs/{run}/artifacts/config.json",
        "/runs/{run}/artifacts/table.csv",
        "/runs/{run}/artifacts/plots/roc.svg",
        "/runs/{run}/artifacts/model/model.pkl",
        "/runs/{live}",
        "/runs/{live}/artifacts",
        "/compare",
        "/compare?run={run}&run={live}",
        "/models",
        "/models/digits",
        "/deployments",
        "/deployments/multiply",
        "/deployments/broken",
        "/repositories",
        "/repositories?view=deleted",
        "/repositories/untouched",
        "/repositories/digits",
        "/repositories/digits?at=v1",
        "/repositories/digits/files/labels",
        "/repositories/digits/files/labels/train.csv",
        "/repositories/digits/files/labels/notes.jsonl",
        "/repositories/digits/files/train.py",
        "/repositories/digits/files/images/one.svg",
        "/repositories/digits/files/page.html",
        "/repositories/digits/files/blob.bin",
        "/repositories/digits/files/best.safetensors",
        "/repositories/digits/commits",
        "/repositories/digits/commits?text=Relabel&author=ann",
        "/repositories/digits/commits/{commit}",
        "/repositories/digits/refs",
        "/repositories/digits/refs?kind=tags",
        "/repositories/digits/reflog?ref=heads%2Fmain",
        "/repositories/digits/compare",
        "/repositories/digits/compare/v1...main",
        "/repositories/digits/compare/v1...main?view=split&file=train.py",
        "/repositories/digits/merge?into=main&from=exp%2Faside",
        "/catalogue",
        "/catalogue?freshness=stale&tag=vision&owner=Ann",
        "/store",
        "/search?q=run",
        "/style",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_shows_without_a_complaint_wide_and_light_narrow_and_dark_in_english_and_chinese(string path)
    {
        foreach (var look in new[] { new Look(), new Look(IsDark: true, Width: WindowNarrow, Language: "zh-CN") })
        {
            await using var visit = await server.VisitAsync(look);
            Assert.Equal(200, await visit.GoAsync(server.PathOf(path)));
            await Assertions.Expect(visit["h1"].First).ToBeVisibleAsync();
            // What is in sight is drawn: no chart still loads, no table still has places for rows to come.
            await visit.Expect(".chart-loading, .runs-waiting").ToHaveCountAsync(0);
            var overflow = await visit.Page.EvaluateAsync<int>(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(
                overflow <= 0, $"{path} is {overflow} px wider than a window of {look.Width} px: {await TooWideAsync(visit, overflow)}");
            var untranslated = await visit.Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('main *')].filter(e => !e.children.length"
                + " && /^[a-z]+\\.[a-zA-Z.]+$/.test(e.textContent.trim())"
                + " && !e.closest('code, pre, table, svg, .events, .tree, .preview, .crumbs, .diff-file')).map(e => e.textContent.trim())");
            Assert.Empty(untranslated);
        }
    }

    /// <summary>The elements that reach the page's right end, the innermost last.</summary>
    private static Task<string> TooWideAsync(Visit visit, int overflow) => overflow <= 0
        ? Task.FromResult("")
        : visit.Page.EvaluateAsync<string>(
            "[...document.querySelectorAll('body *')]"
            + ".filter(e => Math.ceil(e.getBoundingClientRect().right + scrollX) >= document.documentElement.scrollWidth)"
            + ".map(e => e.tagName.toLowerCase() + '.' + [...e.classList].join('.')).join(' > ')");

    [Theory]
    [InlineData("/nowhere", 404)]
    [InlineData("/runs/nobody", 404)]
    [InlineData("/experiments/999999", 404)]
    [InlineData("/experiments/words", 404)]
    [InlineData("/models/nothing", 404)]
    [InlineData("/repositories/nothing", 404)]
    [InlineData("/repositories/digits/commits/0123456789", 404)]
    [InlineData("/repositories/digits/compare/v1...nothing", 404)]
    [InlineData("/repositories/digits?at=nothing", 404)]
    [InlineData("/repositories/digits/files/nothing", 404)]
    public async Task What_is_not_there_is_a_page_with_the_requests_id(string path, int status)
    {
        await using var visit = await server.VisitAsync();
        visit.Expected.Add("404");
        Assert.Equal(status, await visit.GoAsync(path));
        await visit.Expect("h1").ToHaveTextAsync("Not found");
        await visit.Expect("main code.inline").Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_page_loads_few_files_and_few_bytes()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/runs/{server.World.FirstRun}/metrics");
        await visit.Expect("wh-chart .chart-exact").Not.ToHaveCountAsync(0);

        var scripts = visit.Requests.Where(request => request.EndsWith(".js", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, scripts.Count);
        Assert.True(visit.Requests.Count <= 6, string.Join(", ", visit.Requests));
    }
}
