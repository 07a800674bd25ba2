using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Browser;

public class RunsTableTests(BrowserServer server)
{
    private string Table => $"/experiments/{server.World.Experiment}";

    [Fact]
    public async Task The_server_sorts_and_the_address_says_so()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Table);
        await visit.Expect(".runs-row a").Not.ToHaveCountAsync(0);

        await visit[".runs-head .sort:has-text('score')"].ClickAsync();

        await visit.Expect(".runs-row[data-index='0'] a").ToHaveTextAsync("run-00");
        await visit.ExpectPage().ToHaveURLAsync(new Regex("order=metrics.score"));
        await visit.Page.ReloadAsync();
        await visit.Expect(".runs-row[data-index='0'] a").ToHaveTextAsync("run-00");
        await visit[".runs-head .sort:has-text('score')"].ClickAsync();
        await visit.Expect(".runs-row[data-index='0'] a").Not.ToHaveTextAsync("run-00");
    }

    [Fact]
    public async Task Only_rows_in_sight_exist_and_scrolling_reaches_the_last()
    {
        await using var visit = await server.VisitAsync(new Look(Height: 600));
        await visit.GoAsync($"{Table}?order=attributes.start_time+ASC");
        await visit.Expect(".runs-row[data-index='0'] a").ToHaveTextAsync("run-00");
        Assert.InRange(await visit[".runs-row"].CountAsync(), 5, 40);

        await visit[".runs-scroll"].EvaluateAsync("element => element.scrollTop = 1e6");

        await visit.Expect($".runs-row a:has-text('run-{World.RunCount - 1:00}')").ToBeVisibleAsync();
        await visit.Expect(".runs-row[data-index='0']").ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Columns_are_chosen_and_kept_in_the_address()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Table);
        await visit["summary:has-text('Columns')"].ClickAsync();
        await visit[".chooser input[type=search]"].FillAsync("epoc");
        await visit[".chooser label:has-text('epochs') input"].CheckAsync();

        await visit.Expect(".runs-head").ToContainTextAsync("epochs");
        await visit.Page.ReloadAsync();
        await visit.Expect(".runs-row a").Not.ToHaveCountAsync(0);
        await visit[".runs-scroll"].EvaluateAsync("element => element.scrollLeft = 1e6");
        await visit.Expect(".runs-head").ToContainTextAsync("epochs");
    }

    [Fact]
    public async Task Selected_runs_are_compared()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Table}?order=attributes.start_time+ASC");
        await visit[".runs-row[data-index='0'] input"].ClickAsync();
        await visit[".runs-row[data-index='2'] input"].ClickAsync();
        await visit.Expect(".selection-bar").ToContainTextAsync("2 selected");

        await visit[".selection-bar button:has-text('Compare')"].ClickAsync();

        await visit.Expect("h1").ToHaveTextAsync("Compare runs");
        await visit.Expect(".compare thead a:has-text('run-0')").ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Deleted_runs_come_back_with_undo()
    {
        await server.World.AddRunAsync(7);
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Table}?filter=run-07");
        await visit.Expect(".runs-tools").ToContainTextAsync("2 runs");
        await visit[".runs-row[data-index='0'] input"].ClickAsync();

        await visit[".selection-bar button:has-text('Delete')"].ClickAsync();
        await visit.Expect(".runs-tools").ToContainTextAsync("1 run");

        await visit[".toast button:has-text('Undo')"].ClickAsync();
        await visit.Expect(".runs-tools").ToContainTextAsync("2 runs");
    }

    [Fact]
    public async Task Keys_move_select_and_open()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"{Table}?order=attributes.start_time+ASC");
        await visit.Expect(".runs-row[data-index='0'] a").ToHaveTextAsync("run-00");
        await visit[".runs-scroll"].FocusAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("x");
        await visit.Expect(".selection-bar").ToContainTextAsync("1 selected");

        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.Expect("h1").ToHaveTextAsync("run-01");
    }

    [Fact]
    public async Task A_wrong_filter_is_explained_where_it_was_typed()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Table);
        await visit["input[name=filter]"].FillAsync("metrics.score < banana");
        await visit.Page.Keyboard.PressAsync("Enter");

        await visit.Expect("#filter-problem").ToContainTextAsync("banana");
        await visit.Expect("input[name=filter]").ToHaveValueAsync("metrics.score < banana");
    }
}
