using System.Text.Json;
using Weighhouse.Data;

namespace Weighhouse.Notices.Hooks;

/// <param name="Secret">Sealed; null for a hook that signs nothing.</param>
internal sealed record StoredHook(long Number, Hook Hook, byte[]? Secret);

/// <summary>The rows of hooks.</summary>
internal static class HookStore
{
    private static readonly SqlText FindHook = NoticesSql.Catalog["FindHook"];
    private static readonly SqlText FindHookByNumber = NoticesSql.Catalog["FindHookByNumber"];
    private static readonly SqlText ListHooks = NoticesSql.Catalog["ListHooks"];
    private static readonly SqlText AddHook = NoticesSql.Catalog["AddHook"];
    private static readonly SqlText UpdateHook = NoticesSql.Catalog["UpdateHook"];
    private static readonly SqlText DeleteHook = NoticesSql.Catalog["DeleteHook"];
    private static readonly SqlText CountHooks = NoticesSql.Catalog["CountHooks"];
    private static readonly SqlText KillDeliveries = NoticesSql.Catalog["KillDeliveries"];

    public static ValueTask<StoredHook?> FindAsync(DbSession session, string id) =>
        session.Prepare(FindHook).Bind("hook_id", id).FirstAsync(Read);

    public static ValueTask<StoredHook?> FindAsync(DbSession session, long number) =>
        session.Prepare(FindHookByNumber).Bind("hook_no", number).FirstAsync(Read);

    public static ValueTask<List<StoredHook>> ListAsync(DbSession session, long after, int limit) =>
        session.Prepare(ListHooks).Bind("after", after).Bind("limit", (long)limit).ListAsync(Read);

    /// <summary>Those of all projects, and those of one.</summary>
    public static ValueTask<(long All, long OfProject)> CountAsync(DbSession session, string project) => session.Prepare(CountHooks)
        .Bind("project", project).FirstAsync(static row => (row.Long(0), row.LongOrNull(1) ?? 0));

    /// <summary>Whether it was added; not when its name is taken in the project.</summary>
    public static async ValueTask<bool> AddAsync(DbSession session, Hook hook, byte[]? secret) => await session.Prepare(AddHook)
        .Bind("hook_id", hook.Id)
        .Bind("project", hook.Project)
        .Bind("subject_kind", hook.SubjectKind)
        .Bind("subject_name", hook.SubjectName)
        .Bind("name", hook.Name)
        .Bind("url", hook.Url)
        .Bind("shape", WordOf(hook.Shape))
        .Bind("types_json", Json(hook.Types))
        .Bind("secret", secret)
        .Bind("is_active", hook.IsActive)
        .Bind("user_name", hook.CreatedBy)
        .Bind("now_ms", hook.CreatedMs)
        .ExecuteAsync() > 0;

    public static async ValueTask UpdateAsync(DbSession session, StoredHook stored) => await session.Prepare(UpdateHook)
        .Bind("url", stored.Hook.Url)
        .Bind("shape", WordOf(stored.Hook.Shape))
        .Bind("types_json", Json(stored.Hook.Types))
        .Bind("secret", stored.Secret)
        .Bind("is_active", stored.Hook.IsActive)
        .Bind("now_ms", stored.Hook.UpdatedMs)
        .Bind("hook_no", stored.Number)
        .ExecuteAsync();

    /// <summary>With what still waits for it; what was delivered can still be looked up by nobody.</summary>
    public static async ValueTask DeleteAsync(DbSession session, long number, long nowMs)
    {
        await session.Prepare(DeleteHook).Bind("now_ms", nowMs).Bind("hook_no", number).ExecuteAsync();
        await session.Prepare(KillDeliveries).Bind("hook_no", number).ExecuteAsync();
    }

    public static string WordOf(HookShape shape) => shape switch
    {
        HookShape.Slack => "slack",
        HookShape.Teams => "teams",
        _ => "weighhouse",
    };

    public static HookShape? ShapeOf(string word) => word switch
    {
        "weighhouse" => HookShape.Weighhouse,
        "slack" => HookShape.Slack,
        "teams" => HookShape.Teams,
        _ => null,
    };

    private static string Json(IReadOnlyList<string> types) => JsonSerializer.Serialize(types, NoticesJson.Default.IReadOnlyListString);

    private static StoredHook Read(DbRow row) => new(
        row.Long(0),
        new Hook(
            row.Text(1), row.Text(5), row.Text(2), row.TextOrNull(3), row.TextOrNull(4), row.Text(6), ShapeOf(row.Text(7))!.Value,
            JsonSerializer.Deserialize(row.Text(8), NoticesJson.Default.IReadOnlyListString)!, !row.IsNull(9), row.Bool(10), row.Text(11),
            row.Long(12), row.Long(13)),
        row.IsNull(9) ? null : row.Bytes(9));
}
