namespace DriverSdk.Contract.Ports;

/// <summary>Time and progress as devices see them: now, later, or when the schedule says so.</summary>
/// <remarks>
/// The machine provides it. Under the <em>immediate</em> policy posted work runs before <see cref="Post"/> returns; under <em>scheduled</em> it runs when the
/// scheduler chooses; under <em>stalled</em> it waits until the device is released. Any thread may call; callers must not hold a lock that the work takes.
/// </remarks>
public interface IDeviceTimeline
{
    /// <summary>Time since the machine started, in nanoseconds; virtual under the deterministic scheduler.</summary>
    long NowNanoseconds { get; }

    /// <summary>Asks for <paramref name="work"/> to run. Work that is already posted and has not started is not posted twice.</summary>
    void Post(IDeviceWork work);

    /// <summary>Asks for <paramref name="work"/> to run after a delay.</summary>
    /// <param name="work">The work.</param>
    /// <param name="delayNanoseconds">0 or more, in nanoseconds.</param>
    void PostAfter(IDeviceWork work, long delayNanoseconds);
}
