using DriverSdk.Cli.Machines;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Tests.Machines;

[TestClass]
public sealed class VirtualTimelineTests
{
    private readonly VirtualTimeline _timeline = new();
    private readonly List<string> _ran = [];

    [TestMethod]
    public void PostedWork_RunsInTheOrderOfPostingAndOnlyWhenAsked()
    {
        _timeline.Post(new Work(this, "a"));
        _timeline.Post(new Work(this, "b"));
        Assert.IsEmpty(_ran);
        _timeline.RunDue();
        CollectionAssert.AreEqual(new[] { "a@0", "b@0" }, _ran);
    }

    [TestMethod]
    public void WorkPostedTwiceBeforeItStarts_RunsOnce()
    {
        var work = new Work(this, "a");
        _timeline.Post(work);
        _timeline.Post(work);
        _timeline.RunDue();
        _timeline.Post(work);
        _timeline.RunDue();
        CollectionAssert.AreEqual(new[] { "a@0", "a@0" }, _ran);
    }

    [TestMethod]
    public void DelayedWork_RunsAtItsOwnTimeInTheOrderOfDeadlines()
    {
        _timeline.PostAfter(new Work(this, "late"), 30);
        _timeline.PostAfter(new Work(this, "early"), 10);
        _timeline.PostAfter(new Work(this, "early too"), 10);
        Assert.AreEqual(10, _timeline.NextDeadline);
        Assert.AreEqual(29, _timeline.AdvanceTo(29));
        CollectionAssert.AreEqual(new[] { "early@10", "early too@10" }, _ran);
        Assert.AreEqual(100, _timeline.AdvanceTo(100));
        Assert.AreEqual("late@30", _ran[^1]);
        Assert.IsNull(_timeline.NextDeadline);
    }

    [TestMethod]
    public void WorkThatPostsMore_IsFollowedByItBeforeTimeMovesOn()
    {
        _timeline.PostAfter(new Work(this, "first", work => _timeline.Post(new Work(this, "second"))), 5);
        _timeline.PostAfter(new Work(this, "third"), 6);
        _timeline.AdvanceTo(10);
        CollectionAssert.AreEqual(new[] { "first@5", "second@5", "third@6" }, _ran);
    }

    [TestMethod]
    public void Time_NeverGoesBack()
    {
        _timeline.AdvanceTo(50);
        Assert.AreEqual(50, _timeline.AdvanceTo(20));
        Assert.AreEqual(50, _timeline.NowNanoseconds);
    }

    [TestMethod]
    public void WorkThatPostsItselfWithoutEnd_LetsTheRequestEnd()
    {
        var runs = 0;
        _timeline.PostAfter(new Work(this, "x", work =>
        {
            runs++;
            _timeline.PostAfter(work, 1);
        }, keepsSilent: true), 1);
        Assert.IsLessThan(long.MaxValue, _timeline.AdvanceTo(long.MaxValue));
        Assert.AreEqual(VirtualTimeline.MostRuns, runs);
    }

    [TestMethod]
    public void ADelayBeyondTheEndOfTime_IsTheEndOfTime()
    {
        _timeline.AdvanceTo(10);
        _timeline.PostAfter(new Work(this, "x"), long.MaxValue);
        Assert.AreEqual(long.MaxValue, _timeline.NextDeadline);
    }

    private sealed class Work(VirtualTimelineTests owner, string name, Action<IDeviceWork>? then = null, bool keepsSilent = false) : IDeviceWork
    {
        public string Name => name;

        public void Run()
        {
            if (!keepsSilent)
                owner._ran.Add($"{name}@{owner._timeline.NowNanoseconds}");
            then?.Invoke(this);
        }
    }
}
