namespace Weighhouse.Access;

/// <summary>The limits of the door, each with its reason.</summary>
public sealed class AccessOptions
{
    /// <summary>How long a verified credential is believed without asking again: MLflow clients send one with every call, and a
    /// password takes 100 ms to check. Also the longest a revoked token lives on another replica.</summary>
    /// <value>60 seconds.</value>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Verified credentials kept at once; more push out the oldest.</summary>
    /// <value>10,000.</value>
    public int CredentialsMax { get; set; } = 10_000;

    /// <summary>Wrong passwords by one user name or from one address before the door closes to it.</summary>
    /// <value>10.</value>
    public int FailuresMax { get; set; } = 10;

    /// <summary>How long failures are remembered and how long the door stays closed.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan LockOutTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Password checks at once: each takes 100 ms of a core, so that guessing must not starve serving.</summary>
    /// <value>2.</value>
    public int PasswordChecksMax { get; set; } = 2;

    /// <summary>Requests a second of one user, or of one address when nobody signed in, over a while. The local administrator has
    /// no limit.</summary>
    /// <value>2,000.</value>
    public int RequestsPerSecond { get; set; } = 2_000;

    /// <summary>Requests that may come at once before <see cref="RequestsPerSecond"/> counts.</summary>
    /// <value>4,000.</value>
    public int RequestsBurst { get; set; } = 4_000;

    /// <summary>How long a browser stays signed in.</summary>
    /// <value>14 days.</value>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long the sign-in link printed at start works.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The life of a token that names none.</summary>
    /// <value>90 days.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The longest life a token may ask for.</summary>
    /// <value>3,650 days.</value>
    public TimeSpan TokenLifetimeMax { get; set; } = TimeSpan.FromDays(3_650);
}
