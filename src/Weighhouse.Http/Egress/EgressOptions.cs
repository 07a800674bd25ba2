namespace Weighhouse.Http.Egress;

/// <summary>Where the server may call on behalf of others, and how much of it.</summary>
public sealed record EgressOptions
{
    /// <summary>
    /// What may be called although it is not on the public internet, and without TLS: host names (<c>hooks.corp.example</c>, when at
    /// private or loopback addresses), addresses (<c>10.1.2.3</c>) and ranges (<c>10.1.0.0/16</c>).
    /// </summary>
    /// <value>Empty: the public internet by https alone.</value>
    public IReadOnlyList<string> AllowedPrivate { get; init; } = [];

    /// <summary>From the name to the last byte that is read of the answer.</summary>
    /// <value>10 s: a receiver that takes longer should accept first and work later.</value>
    public TimeSpan CallTimeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of the call time, what may go by until there is a connection to one address.</summary>
    /// <value>5 s: the next address of the name still has its turn.</value>
    public TimeSpan ConnectTimeMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes a call may send.</summary>
    /// <value>1 MiB: what is told by a webhook is a fact and not a file.</value>
    public int BodyBytesMax { get; init; } = 1 << 20;

    /// <summary>How many bytes of an answer are read, whatever a caller asks for.</summary>
    /// <value>1 MiB: the keys of an identity provider take some ten KiB.</value>
    public int AnswerBytesMax { get; init; } = 1 << 20;

    /// <summary>How many KiB the headers of an answer may have.</summary>
    /// <value>16 KiB.</value>
    public int AnswerHeaderKibMax { get; init; } = 16;

    /// <summary>How many calls are under way at a time; others wait, and their time runs.</summary>
    /// <value>64: slow receivers must not take all threads that look up names.</value>
    public int CallsMax { get; init; } = 64;

    /// <summary>How many addresses of a name are tried.</summary>
    /// <value>4.</value>
    public int AddressesMax { get; init; } = 4;
}
