using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Browser;

public class ChartTests(BrowserServer server)
{
    private const string Envelopes = "POST /api/v1/metrics/envelopes";
    private const string Loss = "wh-chart[name='loss']";

    private string Charts => $"/runs/{server.World.FirstRun}/metrics";

    [Fact]
    public async Task Charts_in_sight_draw_from_one_request()
    {
        await using var visit = await server.VisitAsync(new Look(Height: 1_600));
        await visit.GoAsync(Charts);
        await visit.Expect("wh-chart .u-over").ToHaveCountAsync(4);

        Assert.Equal(1, visit.Requests.Count(request => request == Envelopes));
        Assert.True(await visit.PaintedAsync(Loss) > 5_000);
        await visit.Expect($"{Loss} .chart-exact").ToHaveTextAsync("Exact");
    }

    [Fact]
    public async Task A_chart_out_of_sight_loads_when_it_is_scrolled_to()
    {
        await using var visit = await server.VisitAsync(new Look(Height: 420));
        await visit.GoAsync(Charts);
        await visit.Expect("wh-chart .u-over").Not.ToHaveCountAsync(0);
        await visit.Expect("wh-chart[name='val/loss'] .u-over").ToHaveCountAsync(0);

        await visit["wh-chart[name='val/loss']"].ScrollIntoViewIfNeededAsync();

        await visit.Expect("wh-chart[name='val/loss'] .u-over").ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_spike_among_thousands_of_points_is_on_the_axis()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Charts);
        await visit.Expect($"{Loss} .u-over").ToHaveCountAsync(1);

        await visit.Expect(Loss).ToHaveAttributeAsync("aria-label", new Regex($"… {World.Spike}\\)"));
    }

    [Fact]
    public async Task Dragging_asks_for_the_range_and_a_double_click_for_all()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Charts);
        await visit.Expect($"{Loss} .u-over").ToHaveCountAsync(1);
        var over = await visit[$"{Loss} .u-over"].BoundingBoxAsync() ?? throw new InvalidOperationException("the chart has no place");

        var zoomed = await visit.Page.RunAndWaitForRequestAsync(
            async () =>
            {
                await visit.Page.Mouse.MoveAsync(over.X + over.Width * 0.4f, over.Y + 40);
                await visit.Page.Mouse.DownAsync();
                await visit.Page.Mouse.MoveAsync(over.X + over.Width * 0.5f, over.Y + 40);
                await visit.Page.Mouse.UpAsync();
            },
            request => request.Url.EndsWith("/envelopes", StringComparison.Ordinal));
        var range = JsonDocument.Parse(zoomed.PostData!).RootElement.GetProperty("charts")[0];

        Assert.InRange(range.GetProperty("from").GetInt64(), 1_000, 1_400);
        Assert.InRange(range.GetProperty("to").GetInt64(), 1_300, 1_700);
        await visit.Expect($"{Loss} button:has-text('Reset zoom')").ToBeVisibleAsync();

        await visit[$"{Loss} .u-over"].DblClickAsync();
        await visit.Expect($"{Loss} button:has-text('Reset zoom')").ToBeHiddenAsync();
    }

    [Fact]
    public async Task How_charts_are_drawn_is_in_the_address_and_comes_back_from_it()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Charts);
        await visit["wh-chart-controls input[name=smooth]"].FillAsync("60");
        await visit["wh-chart-controls label:has(input[value=relative])"].ClickAsync();
        await visit.ExpectPage().ToHaveURLAsync(new Regex("x=relative"));
        await visit.ExpectPage().ToHaveURLAsync(new Regex("smooth=0\\.\\d+"));

        await visit.Page.ReloadAsync();

        await visit.Expect("wh-chart-controls output").Not.ToHaveTextAsync("0");
        await visit.Expect("wh-chart-controls input[value=relative]").ToBeCheckedAsync();
        await visit.Expect($"{Loss} .u-over").ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_cursor_tells_the_value_and_the_least_and_greatest_of_its_bucket()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync(Charts);
        await visit.Expect($"{Loss} .u-over").ToHaveCountAsync(1);

        await visit[$"{Loss} .u-over"].HoverAsync();

        await visit.Expect(".chart-tip").ToContainTextAsync("steps");
        await visit.Expect(".chart-tip").ToContainTextAsync("…");
    }

    [Fact]
    public async Task Sparklines_of_a_page_come_in_one_request()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/runs/{server.World.FirstRun}");
        await visit.Expect("wh-sparkline canvas").ToHaveCountAsync(3);

        Assert.Equal(1, visit.Requests.Count(request => request == "POST /api/v1/metrics/sparklines"));
        Assert.True(await visit.PaintedAsync("wh-sparkline") > 100);
    }

    [Fact]
    public async Task Runs_lie_over_each_other_in_a_comparison()
    {
        await using var visit = await server.VisitAsync();
        await visit.GoAsync($"/compare?run={server.World.FirstRun}&run={server.World.Runs[1]}");
        await visit[Loss].ScrollIntoViewIfNeededAsync();

        await visit.Expect($"{Loss} .chart-legend button").ToHaveCountAsync(2);
        await visit.Expect(".compare td.changed").Not.ToHaveCountAsync(0);
        await visit["text=Only differences"].ClickAsync();
        await visit.Expect(".compare th:has-text('epochs')").ToHaveCountAsync(0);
    }
}
