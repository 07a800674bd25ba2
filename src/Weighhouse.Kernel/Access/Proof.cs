namespace Weighhouse.Kernel;

/// <summary>By what a caller proved who they are.</summary>
public enum ProofKind
{
    None,
    /// <summary>By connecting from this machine to a listener nobody else reaches.</summary>
    Loopback,
    /// <summary>By a name and a password, with this very request.</summary>
    Password,
    Token,
    /// <summary>By a browser's cookie.</summary>
    Session,
}

/// <param name="UntilMs">When a token or a session ends, in milliseconds since 1970; null for what does not end by itself.</param>
public readonly record struct Proof(ProofKind Kind, long? UntilMs = null);
