using System.Diagnostics.Metrics;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Registry;

public sealed class PastPagesTests
{
    private const int Models = 450;
    private const long Always = 32_503_680_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, OnEveryEngine]
    public async Task A_page_of_the_past_costs_the_same_statements_however_many_models_it_has(DatabaseEngine engine)
    {
        await using var house = await FullAsync(engine);
        var (few, many) = (new Statements(), new Statements());
        var small = await few.CountAsync(() => RegistryAsync(house, Principal.Local, 5));
        var large = await many.CountAsync(() => RegistryAsync(house, Principal.Local, 200));
        Assert.Equal((5, 200), (small.Items.Count, large.Items.Count));
        Assert.True(large.Items.All(static model => model.Tags.Count == 1));
        Assert.Equal((1, 1), (few.Of("ListModelsSince"), few.Of("ListEventsUntil")));
        Assert.Equal((1, 1), (many.Of("ListModelsSince"), many.Of("ListEventsUntil")));
        // A connection used for the first time costs some of its own.
        Assert.InRange(many.Total, 2, 10);
    }

    [Theory, OnEveryEngine]
    public async Task Pages_of_the_past_hold_every_model_once_and_none_that_the_caller_may_not_view(DatabaseEngine engine)
    {
        await using var house = await FullAsync(engine);
        foreach (var size in (int[])[7, 149, 200])
        {
            var names = await NamesAsync(house, Principal.Local, size);
            Assert.Equal(Enumerable.Range(0, Models).Where(static i => i % 3 != 0).Select(NameOf), names);
        }

        Grant[] grants = [.. new[] { 1, 200, 449 }.Select(static i => new Grant(Role.Viewer, Scope.Model("default", NameOf(i))))];
        var ann = new Principal(PrincipalKind.User, "ann", grants);
        Assert.Equal([NameOf(1), NameOf(200), NameOf(449)], await NamesAsync(house, ann, 2));
        var differences = new List<string>();
        string? token = null;
        do
        {
            var page = Got(await house.History.DiffAsync(ann, 0, Always, new PageRequest(1, token), Cancellation));
            differences.AddRange(page.Items.Select(static model => model.Model));
            token = page.NextToken;
        }
        while (token is not null);
        Assert.Equal([NameOf(1), NameOf(200), NameOf(449)], differences);
    }

    /// <summary>Every third model is deleted again.</summary>
    private static async Task<RegistryHouse> FullAsync(DatabaseEngine engine)
    {
        var house = await RegistryHouse.StartAsync(engine);
        for (var i = 0; i < Models; i++)
        {
            await house.AddModelAsync(NameOf(i));
            Got(await house.Models.SetTagAsync(Principal.Local, NameOf(i), new("number", $"{i}"), Cancellation));
            if (i % 3 == 0) Got(await house.Models.DeleteAsync(Principal.Local, NameOf(i), Cancellation));
        }

        return house;
    }

    private static string NameOf(int i) => $"model {i:000}";

    private static async Task<Page<ModelState>> RegistryAsync(RegistryHouse house, Principal caller, int size, string? token = null) =>
        Got(await house.History.AsOfAsync(caller, Always, new PageRequest(size, token), Cancellation));

    private static async Task<List<string>> NamesAsync(RegistryHouse house, Principal caller, int size)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await RegistryAsync(house, caller, size, token);
            names.AddRange(page.Items.Select(static model => model.Name));
            token = page.NextToken;
        }
        while (token is not null);
        return names;
    }

    /// <summary>Counts the queries of one call by their names; those of other tests run elsewhere.</summary>
    private sealed class Statements
    {
        private readonly AsyncLocal<bool> _isMine = new();
        private readonly List<string> _names = [];

        public int Total => _names.Count;

        public int Of(string name) => _names.Count(counted => counted == name);

        public async Task<T> CountAsync<T>(Func<Task<T>> call)
        {
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Name is "weighhouse.data.statement.duration") to.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                if (_isMine.Value) _names.Add(tags[0].Value?.ToString() ?? "");
            });
            listener.Start();
            _isMine.Value = true;
            return await call();
        }
    }
}
