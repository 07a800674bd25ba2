namespace Weighhouse.Notices;

/// <summary>The module's limits.</summary>
public sealed record NoticesOptions
{
    /// <summary>Where the key lies that secrets are sealed with, unless <see cref="SecretKey"/> is given.</summary>
    public required string Folder { get; init; }

    /// <value>null: a key of this server's own, made when it is first needed. Servers over one database need one and the same.</value>
    public string? SecretKey { get; init; }

    /// <value>1,000 hooks a server: each event is held against all of its project's.</value>
    public int HooksMax { get; init; } = 1_000;

    /// <value>100 hooks a project: one project does not use up what all have.</value>
    public int HooksPerProjectMax { get; init; } = 100;

    /// <value>20 patterns a hook.</value>
    public int TypesMax { get; init; } = 20;

    /// <value>100 characters a hook's name.</value>
    public int NameLengthMax { get; init; } = 100;

    /// <value>16 bytes at least of a secret: fewer could be guessed.</value>
    public int SecretBytesMin { get; init; } = 16;

    /// <value>256 bytes at most.</value>
    public int SecretBytesMax { get; init; } = 256;

    /// <value>200 events are matched in one transaction.</value>
    public int MatchedAtOnce { get; init; } = 200;

    /// <value>
    /// 10,000 deliveries of a hook may wait; what comes after is dead at once: a receiver that is gone costs no more. Nobody tests it or
    /// has it told again beyond that.
    /// </value>
    public int WaitingMax { get; init; } = 10_000;

    /// <summary>How long a delivery waits after each of its failures; after the last one it is dead.</summary>
    /// <value>10 s, 1 min, 5 min, 30 min, 2 h, 6 h, 12 h: a receiver that was away for a night gets everything.</value>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <value>1 KiB of an answer is kept for those who manage the hook.</value>
    public int AnswerBytesKept { get; init; } = 1_024;

    /// <value>30 s: so long one job goes on delivering for a hook, before the next one takes over.</value>
    public TimeSpan DeliveringTimeMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>30 days: deliveries that are over, and what was answered.</value>
    public TimeSpan DeliveriesKept { get; init; } = TimeSpan.FromDays(30);

    /// <value>1,000 hooks or deliveries a page.</value>
    public int PageMax { get; init; } = 1_000;
}
