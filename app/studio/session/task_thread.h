// SPDX-License-Identifier: Apache-2.0
//
// One thread for what must not hold up the window: disk and database. Tasks run in order; what they find out
// comes back to the GUI thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <QObject>

namespace faststar::studio
{

class TaskThread : public QObject
{
    Q_OBJECT
public:
    explicit TaskThread(QObject *parent = nullptr);
    // Does what still waits (answers are dropped), then ends the thread.
    ~TaskThread() override;

    // Any thread. Tasks run one after the other on the thread.
    void post(std::function<void()> task);
    // Any thread, usually from within a task: `answer` runs on the thread of this object. Values cross under
    // a mutex; the queued event is only a wake-up.
    void answer(std::function<void()> answer);
    // Tasks that ask this may end early: the program wants to.
    [[nodiscard]] bool isHurried() const { return m_hurried.load(); }
    void hurry() { m_hurried = true; }

private:
    void work();
    Q_INVOKABLE void deliver(); // by name: nothing of ours is made on one thread and read on the other

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_tasks;
    std::vector<std::function<void()>> m_answers;
    bool m_announced = false;
    bool m_quitting = false;
    std::atomic<bool> m_hurried = false;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace faststar::studio
