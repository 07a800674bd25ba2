using System.Text.Json;
using Weighhouse.Data;

namespace Weighhouse.Serving.Canaries;

/// <summary>A canary's row.</summary>
internal sealed record StoredCanary(
    long Number,
    CanaryState State,
    CanaryPlan Plan,
    int Step,
    long BeganMs,
    long StepMs,
    long? EndedMs,
    long? SlowUs,
    string Outlook,
    string User)
{
    public bool IsRunning => EndedMs is null;
}

/// <summary>Reads and writes canaries and what was counted of them, inside the caller's transaction.</summary>
internal sealed class CanaryStore(TimeProvider time)
{
    private static readonly SqlText AddCanary = ServingSql.Catalog["AddCanary"];
    private static readonly SqlText FindCanary = ServingSql.Catalog["FindCanary"];
    private static readonly SqlText LastCanary = ServingSql.Catalog["LastCanary"];
    private static readonly SqlText MoveCanary = ServingSql.Catalog["MoveCanary"];
    private static readonly SqlText EndCanary = ServingSql.Catalog["EndCanary"];
    private static readonly SqlText AskCanary = ServingSql.Catalog["AskCanary"];
    private static readonly SqlText TimeCanary = ServingSql.Catalog["TimeCanary"];
    private static readonly SqlText ListCounts = ServingSql.Catalog["ListCanaryCounts"];
    private static readonly SqlText PutCounts = ServingSql.Catalog["PutCanaryCounts"];
    private static readonly SqlText AddOutcomes = ServingSql.Catalog["AddCanaryOutcomes"];

    private static readonly string[] States = ["running", "undecided", "promoted", "rolled_back", "stopped"];

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The state as rows and answers spell it.</summary>
    public static string WordOf(CanaryState state) => States[(int)state];

    /// <summary>Null when one runs already.</summary>
    public ValueTask<long?> AddAsync(DbSession session, long deployment, long baseEvent, CanaryPlan plan, string user) =>
        session.Prepare(AddCanary)
            .Bind("deployment_no", deployment).Bind("plan_json", JsonSerializer.Serialize(plan, ServingJson.Default.CanaryPlan))
            .Bind("base_event_no", baseEvent).Bind("began_ms", NowMs).Bind("step_ms", NowMs)
            .Bind("slow_us", plan.SlowMs is { } slow ? (long?)Math.Max(1, Math.Round(slow * 1_000)) : null)
            .Bind("user_name", user).LongAsync();

    public static ValueTask<StoredCanary?> FindAsync(DbSession session, long number) =>
        session.Prepare(FindCanary).Bind("canary_no", number).FirstAsync(Read);

    public static ValueTask<StoredCanary?> LastAsync(DbSession session, long deployment) =>
        session.Prepare(LastCanary).Bind("deployment_no", deployment).FirstAsync(Read);

    public async ValueTask MoveAsync(DbSession session, long number, int step, string outlook) => await session.Prepare(MoveCanary)
        .Bind("step", step).Bind("now_ms", NowMs).Bind("outlook", outlook).Bind("canary_no", number).ExecuteAsync();

    public async ValueTask EndAsync(DbSession session, long number, CanaryState state, string outlook) => await session.Prepare(EndCanary)
        .Bind("state", WordOf(state)).Bind("now_ms", NowMs).Bind("outlook", outlook).Bind("canary_no", number).ExecuteAsync();

    public static async ValueTask AskAsync(DbSession session, long number, string outlook) =>
        await session.Prepare(AskCanary).Bind("outlook", outlook).Bind("canary_no", number).ExecuteAsync();

    /// <summary>Says what slow is, unless somebody has.</summary>
    public static async ValueTask TimeAsync(DbSession session, long number, long slowUs) =>
        await session.Prepare(TimeCanary).Bind("slow_us", slowUs).Bind("canary_no", number).ExecuteAsync();

    public static async ValueTask<IReadOnlyList<StepCounts>> CountsAsync(DbSession session, long number)
    {
        var rows = await session.Prepare(ListCounts).Bind("canary_no", number).ListAsync(static row => (
            Step: (int)row.Long(0),
            IsCandidate: row.Bool(1),
            Counts: new ArmCounts(row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.Long(6), row.Long(7))));
        return
        [
            .. rows.GroupBy(static row => row.Step).Select(static step => new StepCounts(
                step.Key,
                step.Where(static row => row.IsCandidate).Select(static row => row.Counts).FirstOrDefault(),
                step.Where(static row => !row.IsCandidate).Select(static row => row.Counts).FirstOrDefault())),
        ];
    }

    /// <summary>Replaces what the replica has counted.</summary>
    public static async ValueTask PutAsync(DbSession session, string replica, IReadOnlyList<(long Canary, StepCounts Counts)> counted)
    {
        var rows = counted.SelectMany(static entry => new[]
        {
            (entry.Canary, entry.Counts.Step, IsCandidate: true, Counts: entry.Counts.Candidate),
            (entry.Canary, entry.Counts.Step, IsCandidate: false, Counts: entry.Counts.Others),
        }).ToList();
        await session.ExecuteManyAsync(PutCounts, rows, (statement, row) => statement
            .Bind("canary_no", row.Canary).Bind("replica", replica).Bind("step", row.Step).Bind("is_candidate", row.IsCandidate)
            .Bind("requests", row.Counts.Requests).Bind("failed", row.Counts.Failed)
            .Bind("timed", row.Counts.Timed).Bind("slow", row.Counts.Slow));
    }

    public static async ValueTask AddOutcomesAsync(DbSession session, long number, int step, bool isCandidate, long judged, long wrong) =>
        await session.Prepare(AddOutcomes)
            .Bind("canary_no", number).Bind("step", step).Bind("is_candidate", isCandidate)
            .Bind("judged", judged).Bind("wrong", wrong).ExecuteAsync();

    private static StoredCanary Read(DbRow row) => new(
        row.Long(0),
        (CanaryState)Array.IndexOf(States, row.Text(1)),
        JsonSerializer.Deserialize(row.Text(2), ServingJson.Default.CanaryPlan)!,
        (int)row.Long(3),
        row.Long(4),
        row.Long(5),
        row.LongOrNull(6),
        row.LongOrNull(7),
        row.Text(8),
        row.Text(9));
}
