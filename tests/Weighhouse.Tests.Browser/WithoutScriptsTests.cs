namespace Weighhouse.Tests.Browser;

/// <summary>Everything but what must be alive works in a browser that runs no scripts.</summary>
public class WithoutScriptsTests(BrowserServer server)
{
    private static readonly Look Plain = new(HasScripts: false);

    [Fact]
    public async Task Runs_are_listed_sorted_paged_and_compared()
    {
        await using var visit = await server.VisitAsync(Plain);
        await visit.GoAsync($"/experiments/{server.World.Experiment}");
        await visit.Expect("table tbody tr").ToHaveCountAsync(50);
        await visit["a:has-text('Next page')"].ClickAsync();
        await visit.Expect("a:has-text('First page')").ToBeVisibleAsync();
        await visit["thead a:has-text('score')"].ClickAsync();
        await visit.Expect("tbody tr:first-child th a").ToHaveTextAsync("run-00");
        await visit["tbody tr:nth-child(1) input"].CheckAsync();
        await visit["tbody tr:nth-child(2) input"].CheckAsync();

        await visit["button:has-text('Compare')"].ClickAsync();

        await visit.Expect("h1").ToHaveTextAsync("Compare runs");
    }

    [Fact]
    public async Task Themes_languages_and_forms_work()
    {
        await using var visit = await server.VisitAsync(Plain);
        await visit.GoAsync("/models");
        await visit["header input[value=dark]"].CheckAsync(new() { Force = true });
        await visit["header noscript button"].ClickAsync();
        await visit.Expect("html").ToHaveAttributeAsync("data-theme", "dark");
        await visit["button:has-text('中文')"].ClickAsync();

        await visit.Expect("h1").ToHaveTextAsync("模型");
    }

    [Fact]
    public async Task Charts_leave_a_table_of_last_values()
    {
        await using var visit = await server.VisitAsync(Plain);
        await visit.GoAsync($"/runs/{server.World.FirstRun}/metrics");

        await visit.Expect("wh-chart[name='loss'] td").ToContainTextAsync("0.");
    }

    [Fact]
    public async Task Files_are_reached_directory_by_directory()
    {
        await using var visit = await server.VisitAsync(Plain);
        await visit.GoAsync($"/runs/{server.World.FirstRun}/artifacts");
        await visit[".tree a:has-text('plots')"].ClickAsync();
        await visit[".tree a:has-text('roc.svg')"].ClickAsync();

        await visit.Expect(".preview img").ToBeVisibleAsync();
    }
}
