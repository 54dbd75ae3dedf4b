namespace DriverSdk.Cli.Protocol;

/// <summary>Virtual time, which only these commands move.</summary>
internal static class ClockCommands
{
    public static void Step(Door door, scoped in Words words)
    {
        var timeline = door.Machine.Timeline;
        long target;
        if (words.Count == 0)
        {
            if (timeline.NextDeadline is not { } deadline)
            {
                door.Answers.Fail("No device waits for a time, so there is no next deadline; give the nanoseconds to move on.");
                return;
            }

            target = Math.Max(deadline, timeline.NowNanoseconds);
        }
        else if (!TryNanoseconds(door, words[0], out var step))
        {
            return;
        }
        else
        {
            target = step > long.MaxValue - timeline.NowNanoseconds ? long.MaxValue : timeline.NowNanoseconds + step;
        }

        var start = timeline.NowNanoseconds;
        var reached = timeline.AdvanceTo(target);
        if (reached > start)
            door.Answers.OkDecimal(reached);
        else
            door.Answers.Fail($"Time stands at {reached} ns and did not move; give more than 0 nanoseconds.");
    }

    public static void Set(Door door, scoped in Words words)
    {
        if (!TryNanoseconds(door, words[0], out var target))
            return;
        var reached = door.Machine.Timeline.AdvanceTo(target);
        if (reached == target)
            door.Answers.OkDecimal(reached);
        else
            door.Answers.FailDecimal(reached);
    }

    private static bool TryNanoseconds(Door door, ReadOnlySpan<byte> word, out long nanoseconds)
    {
        if (NumberText.TryParseSigned(word, out nanoseconds))
            return true;
        door.Answers.Fail($"NS is '{Arguments.Quote(word)}'; give nanoseconds of at most 63 bits.");
        return false;
    }
}
