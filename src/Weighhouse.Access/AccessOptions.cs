namespace Weighhouse.Access;

/// <summary>The limits of the door, each with its reason.</summary>
public sealed class AccessOptions
{
    /// <summary>
    /// How long a verified credential is believed without asking again: MLflow clients send one with every call, and a password takes
    /// 100 ms to check. Also the longest a revoked token lives on another replica.
    /// </summary>
    /// <value>60 seconds.</value>
    public TimeSpan CredentialLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Verified credentials kept at once; more start over.</summary>
    /// <value>10,000.</value>
    public int CredentialsMax { get; set; } = 10_000;

    /// <summary>Wrong passwords for one user name before the door closes to it.</summary>
    /// <value>10.</value>
    public int FailuresMax { get; set; } = 10;

    /// <summary>Wrong passwords from one address before the door closes to it: many people may share one, behind one router.</summary>
    /// <value>50.</value>
    public int AddressFailuresMax { get; set; } = 50;

    /// <summary>How long failures are remembered and how long the door stays closed.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan LockOutTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Names and addresses whose failures are remembered, each about 200 bytes; more push out the oldest.</summary>
    /// <value>20,000.</value>
    public int FailureRecordsMax { get; set; } = 20_000;

    /// <summary>Password checks at once: each takes 100 ms of a core, so that guessing must not starve serving.</summary>
    /// <value>Half the processors, from 1 to 8.</value>
    public int PasswordChecksMax { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>Password checks that may wait for their turn; a further one is told to come again.</summary>
    /// <value>100.</value>
    public int PasswordChecksWaitingMax { get; set; } = 100;

    /// <summary>
    /// Requests a second of one user, or of one address when nobody signed in, over a while. The local administrator has no limit.
    /// </summary>
    /// <value>2,000.</value>
    public int RequestsPerSecond { get; set; } = 2_000;

    /// <summary>Requests that may come at once before <see cref="RequestsPerSecond"/> counts.</summary>
    /// <value>4,000.</value>
    public int RequestsBurst { get; set; } = 4_000;

    /// <summary>Users and addresses whose requests are counted apart, each about 200 bytes; newcomers beyond share one count.</summary>
    /// <value>20,000.</value>
    public int RequestCountsMax { get; set; } = 20_000;

    /// <summary>How long a browser stays signed in.</summary>
    /// <value>14 days.</value>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Browsers one user may be signed in with; one more signs out the oldest.</summary>
    /// <value>100.</value>
    public int SessionsMax { get; set; } = 100;

    /// <summary>How long the sign-in link printed at start works.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The life of a token that names none.</summary>
    /// <value>90 days.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The longest life a token may ask for.</summary>
    /// <value>3,650 days.</value>
    public TimeSpan TokenLifetimeMax { get; set; } = TimeSpan.FromDays(3_650);

    /// <summary>Valid tokens of one user: whoever needs more wants another user for each purpose.</summary>
    /// <value>1,000.</value>
    public int TokensMax { get; set; } = 1_000;

    /// <summary>Users in all; lists of them are not paged.</summary>
    /// <value>10,000.</value>
    public int UsersMax { get; set; } = 10_000;

    /// <summary>Roles one user may hold on as many scopes: every request looks through them.</summary>
    /// <value>1,000.</value>
    public int GrantsMax { get; set; } = 1_000;
}
