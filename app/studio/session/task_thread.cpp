// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/task_thread.h"

#include <utility>

namespace faststar::studio
{

TaskThread::TaskThread(QObject *parent) : QObject(parent), m_thread([this] { work(); }) {}

TaskThread::~TaskThread()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_quitting = true;
        m_changed.notify_all();
    }
    m_thread.join();
}

void TaskThread::post(std::function<void()> task)
{
    const std::scoped_lock lock(m_mutex);
    m_tasks.push_back(std::move(task));
    m_changed.notify_all();
}

void TaskThread::answer(std::function<void()> answer)
{
    bool first = false;
    {
        const std::scoped_lock lock(m_mutex);
        m_answers.push_back(std::move(answer));
        first = !std::exchange(m_announced, true);
    }
    if (first)
        QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
}

void TaskThread::deliver()
{
    std::vector<std::function<void()>> answers;
    {
        const std::scoped_lock lock(m_mutex);
        m_announced = false;
        answers.swap(m_answers);
    }
    for (const auto &answer : answers)
        answer();
}

void TaskThread::work()
{
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_quitting || !m_tasks.empty(); });
        if (m_tasks.empty())
            return;
        const auto task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
    }
}

} // namespace faststar::studio
